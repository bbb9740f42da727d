import QtQuick
import QtQuick.Layouts
import "../kit/console"

// Something that holds until a time, and the plate that ends it.
Rectangle {
    id: line

    required property var model
    property var entry: ({})

    implicitHeight: 40
    radius: 8
    color: Tone.paper2

    RowLayout {
        anchors.fill: parent
        anchors.leftMargin: 12
        anchors.rightMargin: line.entry.end?.id === undefined ? 12 : 0
        spacing: 12

        Words {
            Layout.fillWidth: true
            text: line.entry.text ?? ""
            font.pixelSize: text.length > 28 ? 14 : 16
            wrapMode: Text.Wrap
            lineHeight: 0.85
        }
        Words {
            text: line.entry.until ?? ""
            strong: true
            font.pixelSize: text.includes("\n") ? 14 : 16
            lineHeight: text.includes("\n") ? 0.85 : 1
            horizontalAlignment: text.includes("\n") ? Text.AlignRight : Text.AlignLeft
        }
        ConsolePlate {
            visible: line.entry.end?.id !== undefined
            implicitHeight: 40
            control: line.entry.end ?? ({})
            onChosen: id => line.model.press(id)
        }
    }
}
