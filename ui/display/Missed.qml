pragma ComponentBehavior: Bound
import QtQuick
import QtQuick.Layouts
import "../kit/console"

// Calls that nobody answered, for those who cannot hear. It stays in its place even when it is empty.
Rectangle {
    id: missed

    required property var face
    readonly property var numbers: missed.face.missed ?? []
    readonly property bool narrow: missed.width < 1800

    radius: 16
    color: missed.numbers.length > 0 ? Tone.surface : Tone.paper2
    border.width: missed.numbers.length > 0 ? 4 : 0
    border.color: Tone.care

    RowLayout {
        anchors.fill: parent
        anchors.leftMargin: 32
        anchors.rightMargin: 32
        spacing: missed.narrow ? 30 : 48

        Column {
            Words {
                text: missed.narrow ? "お呼び済み　Missed" : "お呼び済み（職員へお声がけください）"
                strong: true
                font.pixelSize: missed.narrow ? 32 : 34
                lineHeight: 0.9
                color: missed.numbers.length > 0 ? Tone.care : Tone.ink2
            }
            Words {
                text: missed.narrow ? "職員へお声がけください" : "Missed your call? Please tell the staff."
                font.pixelSize: 28
                lineHeight: 0.9
            }
        }
        Words {
            visible: missed.numbers.length === 0
            text: "いまはいません"
            font.pixelSize: 34
            color: Tone.ink2
        }
        Repeater {
            model: missed.numbers.length
            Words {
                required property int index
                text: missed.numbers[index] ?? ""
                strong: true
                font.pixelSize: missed.narrow ? (text.length > 5 ? 46 : 54) : text.length > 5 ? 46 : 60
            }
        }
        Words {
            visible: text !== ""
            text: missed.face.more_missed ?? ""
            font.pixelSize: 30
        }
        Item {
            Layout.fillWidth: true
        }
    }
}
