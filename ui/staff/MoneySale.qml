pragma ComponentBehavior: Bound
import QtQuick
import QtQuick.Layouts
import "../kit/console"

// Somebody who is to pay: the number on their screen, what for, how much, and that it was taken.
MoneyLine {
    id: line

    required property var model
    property var sale: ({})

    spoken: line.sale.spoken ?? ""

    RowLayout {
        anchors.fill: parent
        anchors.leftMargin: 8
        anchors.rightMargin: 4
        spacing: 12

        Words {
            Layout.preferredWidth: 96
            text: line.sale.number ?? ""
            strong: true
            font.pixelSize: 24
            Accessible.ignored: true
        }
        Column {
            Layout.fillWidth: true
            Words {
                text: line.sale.machine ?? ""
                font.pixelSize: 14
                color: Tone.ink2
                lineHeight: 0.9
                Accessible.ignored: true
            }
            Words {
                width: parent.width
                text: line.sale.what ?? ""
                font.pixelSize: text.length > 11 ? 14 : 16
                lineHeight: 0.9
                wrapMode: Text.Wrap
                Accessible.ignored: true
            }
        }
        Words {
            Layout.minimumWidth: 90
            text: line.sale.yen ?? ""
            strong: true
            font.pixelSize: 24
            horizontalAlignment: Text.AlignRight
            Accessible.ignored: true
        }
        ConsolePlate {
            control: line.sale.take ?? ({})
            keyFirst: true
            onChosen: id => line.model.press(id)
        }
    }
}
