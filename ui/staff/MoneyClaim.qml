pragma ComponentBehavior: Bound
import QtQuick
import QtQuick.Layouts
import "../kit/console"

// A claim that nobody has settled: what stands on the slip, and how much is owed.
MoneyLine {
    id: line

    required property var model
    property var claim: ({})

    spoken: line.claim.spoken ?? ""

    RowLayout {
        anchors.fill: parent
        anchors.leftMargin: 8
        anchors.rightMargin: 4
        spacing: 12

        Column {
            Layout.fillWidth: true
            Row {
                spacing: 12
                Words {
                    id: code
                    text: line.claim.code ?? ""
                    strong: true
                    font.pixelSize: 18
                    lineHeight: 0.9
                    Accessible.ignored: true
                }
                Words {
                    anchors.baseline: code.baseline
                    text: line.claim.who ?? ""
                    Accessible.ignored: true
                }
            }
            Words {
                width: parent.width
                text: line.claim.why ?? ""
                font.pixelSize: 14
                color: Tone.ink2
                lineHeight: 0.85
                wrapMode: Text.Wrap
                Accessible.ignored: true
            }
        }
        Words {
            Layout.minimumWidth: 68
            text: line.claim.yen ?? ""
            strong: true
            horizontalAlignment: Text.AlignRight
            Accessible.ignored: true
        }
        ConsolePlate {
            control: line.claim.settle ?? ({})
            onChosen: id => line.model.press(id)
        }
    }
}
