pragma ComponentBehavior: Bound
import QtQuick
import QtQuick.Layouts
import "../kit/console"

// Figures of any days: which days, how they were on the whole, and a table of digits that two can look at.
ColumnLayout {
    id: panel

    required property var model
    required property var face
    readonly property var measured: panel.face.measured ?? ({})
    readonly property var rows: panel.measured.rows ?? []
    readonly property bool slots: panel.measured.reasons ?? false

    spacing: 10

    RowLayout {
        spacing: 10
        Repeater {
            model: panel.measured.spans
            ConsolePlate {
                required property var modelData
                control: modelData ?? ({})
                onChosen: id => panel.model.press(id)
            }
        }
        Repeater {
            model: [panel.measured.previous, panel.measured.next]
            ConsolePlate {
                required property var modelData
                control: modelData ?? ({})
                keyFirst: true
                onChosen: id => panel.model.press(id)
            }
        }
        Item {
            Layout.fillWidth: true
        }
        Repeater {
            model: [["from", "から"], ["to", "まで"]]
            RowLayout {
                id: end
                required property var modelData
                required property int index
                spacing: 6
                ConsoleField {
                    objectName: "span-" + end.modelData[0]
                    label: end.index ? "おわりの日" : "はじめの日"
                    implicitWidth: 136
                    implicitHeight: 40
                    font.pixelSize: 18
                    text: (panel.measured.typed ?? ["", ""])[end.index]
                    maximumLength: 12
                    onTextEdited: panel.model.typeSpan(end.modelData[0], text)
                    onAccepted: panel.model.press("span:typed")
                }
                Words {
                    text: end.modelData[1]
                }
            }
        }
        ConsolePlate {
            control: panel.measured.show ?? ({})
            onChosen: id => panel.model.press(id)
        }
        ConsolePlate {
            Layout.leftMargin: 8
            control: panel.measured.save ?? ({})
            onChosen: id => panel.model.press(id)
        }
    }
    RowLayout {
        Layout.preferredHeight: 26
        spacing: 16
        Words {
            text: panel.measured.span ?? ""
            strong: true
            font.pixelSize: 20
            Accessible.role: Accessible.Heading
        }
        Words {
            objectName: "saved"
            Layout.fillWidth: true
            text: panel.measured.saved ?? ""
            strong: true
            color: Tone.ok
            fontSizeMode: Text.HorizontalFit
            minimumPixelSize: 14
            horizontalAlignment: Text.AlignRight
            Accessible.role: Accessible.AlertMessage
        }
    }
    RowLayout {
        Layout.fillWidth: true
        Layout.preferredHeight: 136
        Layout.maximumHeight: 136
        spacing: 16

        Rectangle {
            Layout.fillWidth: true
            Layout.fillHeight: true
            Layout.preferredWidth: 640
            radius: 8
            color: Tone.paper2
            GridLayout {
                anchors.fill: parent
                anchors.leftMargin: 20
                anchors.rightMargin: 8
                columns: 4
                rowSpacing: 0
                columnSpacing: 8
                Repeater {
                    model: (panel.measured.band ?? []).length
                    Column {
                        id: figure
                        required property int index
                        readonly property var value: (panel.measured.band ?? [])[figure.index] ?? ({})
                        Layout.fillWidth: true
                        Layout.preferredWidth: 100
                        Accessible.role: Accessible.StaticText
                        Accessible.name: (value.name ?? "") + " " + (value.value ?? "") + (value.unit ?? "")
                        Words {
                            text: figure.value.name ?? ""
                            font.pixelSize: 14
                            color: Tone.ink2
                            Accessible.ignored: true
                        }
                        Row {
                            spacing: 4
                            Words {
                                id: amount
                                text: figure.value.value ?? ""
                                strong: true
                                font.pixelSize: 28
                                lineHeight: 0.9
                                Accessible.ignored: true
                            }
                            Words {
                                anchors.baseline: amount.baseline
                                text: figure.value.unit ?? ""
                                Accessible.ignored: true
                            }
                        }
                    }
                }
            }
        }
        FiguresPlot {
            Layout.fillWidth: true
            Layout.fillHeight: true
            Layout.preferredWidth: 560
            plot: panel.measured.plot ?? ({})
        }
    }
    RowLayout {
        spacing: 10
        Repeater {
            model: [...(panel.measured.parts ?? []), panel.measured.columns, ...(panel.measured.steps ?? [])]
            ConsolePlate {
                required property var modelData
                required property int index
                Layout.leftMargin: index === 4 || index === 5 ? 20 : 0
                control: modelData ?? ({})
                keyFirst: true
                onChosen: id => panel.model.press(id)
            }
        }
        Words {
            Layout.fillWidth: true
            Layout.leftMargin: 8
            text: panel.measured.under ?? ""
            font.pixelSize: 14
            lineHeight: 0.9
            color: Tone.ink2
            wrapMode: Text.Wrap
        }
    }
    Words {
        visible: text !== ""
        text: panel.measured.note ?? ""
        font.pixelSize: 24
        color: Tone.ink2
        Accessible.role: Accessible.AlertMessage
    }
    FiguresLine {
        visible: panel.rows.length > 0
        Layout.fillWidth: true
        heading: true
        name: (panel.measured.heading ?? [])[0] ?? ""
        cells: (panel.measured.heading ?? []).slice(1)
        why: panel.slots ? "理由" : ""
    }
    Item {
        Layout.fillWidth: true
        Layout.fillHeight: true
        Layout.topMargin: -10

        ListView {
            id: table
            width: parent.width
            height: Math.floor(parent.height / 50) * 50
            snapMode: ListView.SnapToItem
            clip: true
            cacheBuffer: 0
            model: panel.rows.length
            boundsBehavior: Flickable.StopAtBounds
            activeFocusOnTab: true
            Accessible.role: Accessible.Table
            Accessible.name: panel.measured.span ?? ""
            delegate: FiguresLine {
                required property int index
                readonly property var row: panel.rows[index] ?? ({})
                width: ListView.view.width
                name: row.name ?? ""
                cells: row.cells ?? []
                why: row.why ?? ""
                spoken: row.spoken ?? ""
            }
        }
    }
}
