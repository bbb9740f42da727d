pragma ComponentBehavior: Bound
import QtQuick
import QtQuick.Layouts
import "../kit/console"

// Money that was taken, and what the kiosk answered.
MoneyLine {
    id: line

    required property var model
    property var word: ({})
    readonly property var cells: line.word.cells ?? []

    implicitHeight: 56
    spoken: line.word.spoken ?? ""
    urgent: line.word.state === "refused"

    RowLayout {
        anchors.fill: parent
        anchors.leftMargin: line.urgent ? 16 : 8
        anchors.rightMargin: 4
        spacing: 12

        Column {
            Layout.preferredWidth: 108
            Words {
                text: line.cells[0] ?? ""
                font.pixelSize: 14
                lineHeight: 0.9
                color: Tone.ink2
                Accessible.ignored: true
            }
            Words {
                text: line.cells[3] ?? ""
                font.pixelSize: 14
                lineHeight: 0.9
                color: Tone.ink2
                Accessible.ignored: true
            }
        }
        Words {
            Layout.minimumWidth: 110
            text: line.cells[1] ?? ""
            strong: true
            Accessible.ignored: true
        }
        Words {
            Layout.minimumWidth: 68
            text: line.cells[2] ?? ""
            strong: true
            horizontalAlignment: Text.AlignRight
            Accessible.ignored: true
        }
        Words {
            Layout.fillWidth: true
            Layout.preferredWidth: 200
            text: line.word.what ?? ""
            strong: line.urgent
            font.pixelSize: 14
            lineHeight: 0.9
            color: line.urgent || line.word.state === "waiting" ? Tone.care : Tone.ink2
            wrapMode: Text.Wrap
            Accessible.ignored: true
        }
        ConsolePlate {
            visible: (line.word.back ?? null) !== null
            control: line.word.back ?? ({})
            onChosen: id => line.model.press(id)
        }
    }
}
