pragma ComponentBehavior: Bound
import QtQuick
import QtQuick.Layouts
import "../kit/console"

// Why a length is suggested, and on what that rests.
Rectangle {
    id: box

    required property var why
    readonly property var figures: box.why.figures ?? []

    implicitHeight: inside.implicitHeight + 20
    radius: 8
    color: Tone.actTint

    ColumnLayout {
        id: inside
        anchors.left: parent.left
        anchors.right: parent.right
        anchors.verticalCenter: parent.verticalCenter
        anchors.leftMargin: 20
        anchors.rightMargin: 20
        spacing: 2

        RowLayout {
            spacing: 8
            Glyph {
                icon: "info"
                side: 24
            }
            Words {
                Layout.rightMargin: 24
                text: box.why.title ?? ""
                strong: true
                Accessible.role: Accessible.Heading
            }
            Repeater {
                model: 3
                Row {
                    id: figure
                    required property int index
                    visible: figure.index < box.figures.length
                    readonly property var value: box.figures[figure.index] ?? ({})
                    Layout.rightMargin: 12
                    spacing: 6
                    Accessible.role: Accessible.StaticText
                    Accessible.name: (figure.value.name ?? "") + "　" + (figure.value.value ?? "")
                    Words {
                        anchors.baseline: amount.baseline
                        text: figure.value.name ?? ""
                        font.pixelSize: 14
                        color: Tone.ink2
                        Accessible.ignored: true
                    }
                    Words {
                        id: amount
                        text: figure.value.value ?? ""
                        strong: true
                        font.pixelSize: 20
                        Accessible.ignored: true
                    }
                }
            }
        }
        Words {
            Layout.fillWidth: true
            text: box.why.reason ?? ""
            font.pixelSize: 14
            wrapMode: Text.Wrap
        }
    }
}
