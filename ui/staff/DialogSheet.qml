pragma ComponentBehavior: Bound
import QtQuick
import QtQuick.Layouts
import "../kit/console"

// One question over the desk; each answer has its number, Esc leaves everything as it was.
Item {
    id: sheet

    objectName: "dialog"

    required property var model
    required property var face
    readonly property var dialog: sheet.face.dialog ?? ({})
    readonly property var options: sheet.dialog.options ?? []
    readonly property var lines: sheet.dialog.lines ?? []
    readonly property var pictures: sheet.dialog.pictures ?? []
    readonly property string kind: sheet.dialog.kind ?? ""

    onKindChanged: {
        // What was typed belongs to the question before.
        field.clear();
        Qt.callLater(sheet.takeFocus);
    }
    Component.onCompleted: Qt.callLater(sheet.takeFocus)

    function takeFocus(): void {
        if (sheet.dialog.field)
            field.forceActiveFocus();
        else
            rest.forceActiveFocus();
    }

    Rectangle {
        anchors.fill: parent
        color: "#b81a1a1a"
        TapHandler {}
    }
    FocusScope {
        id: box
        anchors.centerIn: parent
        width: 760
        height: content.implicitHeight + 64
        Accessible.role: Accessible.Dialog
        Accessible.name: sheet.dialog.title ?? ""

        Item {
            id: rest
        }
        Rectangle {
            anchors.fill: parent
            radius: 16
            color: Tone.paper
        }
        ColumnLayout {
            id: content
            anchors.fill: parent
            anchors.margins: 32
            spacing: 12

            Words {
                Layout.fillWidth: true
                Layout.bottomMargin: 8
                text: sheet.dialog.title ?? ""
                strong: true
                font.pixelSize: 24
                wrapMode: Text.Wrap
                Accessible.role: Accessible.Heading
            }
            Words {
                Layout.fillWidth: true
                visible: sheet.face.message !== ""
                text: sheet.face.message
                strong: true
                color: Tone.err
                wrapMode: Text.Wrap
            }
            Words {
                Layout.fillWidth: true
                visible: text !== ""
                text: sheet.dialog.large ?? ""
                strong: true
                font.pixelSize: 54
                horizontalAlignment: Text.AlignHCenter
            }
            ConsoleField {
                id: field
                visible: (sheet.dialog.field ?? "") !== ""
                label: sheet.dialog.field ?? ""
                Layout.fillWidth: true
                implicitHeight: 72
                font.pixelSize: 40
                maximumLength: sheet.dialog.signs ?? 24
                onTextEdited: sheet.model.typeNumber(text)
                onAccepted: sheet.model.press("submit")
            }
            GridLayout {
                Layout.fillWidth: true
                columns: sheet.lines.length > 8 ? 2 : 1
                columnSpacing: 24
                rowSpacing: 8
                visible: sheet.lines.length > 0
                Repeater {
                    model: sheet.lines.length
                    RowLayout {
                        id: entry
                        required property int index
                        readonly property var line: sheet.lines[index] ?? ({})
                        Layout.fillWidth: true
                        Layout.preferredWidth: 300
                        spacing: 12
                        KeyCap {
                            Layout.minimumWidth: 44
                            text: entry.line.key ?? ""
                            side: 28
                        }
                        Words {
                            Layout.fillWidth: true
                            text: entry.line.text ?? ""
                            font.pixelSize: 18
                            wrapMode: Text.Wrap
                        }
                    }
                }
            }
            Steps {
                Layout.fillWidth: true
                visible: sheet.pictures.length > 0
                steps: sheet.pictures
                side: 184
                below: true
            }
            GridLayout {
                Layout.fillWidth: true
                columns: sheet.options.length > 16 ? 3 : sheet.options.length > 5 ? 2 : 1
                columnSpacing: 12
                rowSpacing: 10
                visible: sheet.options.length > 0
                Repeater {
                    model: sheet.options.length
                    ConsolePlate {
                        required property int index
                        Layout.fillWidth: true
                        Layout.preferredWidth: 100
                        Layout.preferredHeight: 55
                        control: sheet.options[index] ?? ({})
                        keyFirst: true
                        centred: false
                        textSize: 18
                        onChosen: id => sheet.model.press(id)
                    }
                }
            }
            RowLayout {
                Layout.topMargin: 8
                Layout.fillWidth: true
                spacing: 12
                ConsolePlate {
                    control: sheet.dialog.close ?? ({})
                    implicitHeight: 51
                    textSize: 18
                    onChosen: id => sheet.model.press(id)
                }
                Item {
                    Layout.fillWidth: true
                }
                ConsolePlate {
                    visible: (sheet.dialog.other ?? null) !== null
                    control: sheet.dialog.other ?? ({})
                    implicitHeight: 51
                    textSize: 18
                    onChosen: id => sheet.model.press(id)
                }
                ConsolePlate {
                    visible: (sheet.dialog.submit ?? null) !== null
                    control: sheet.dialog.submit ?? ({})
                    implicitHeight: 51
                    go: true
                    textSize: 18
                    onChosen: id => sheet.model.press(id)
                }
            }
        }
    }
}
