pragma ComponentBehavior: Bound
import QtQuick
import QtQuick.Layouts
import "../kit/console"

// What the hands do, in pictures that need no words: the caption says the same once more.
RowLayout {
    id: row

    required property var steps
    property int side: 56
    property bool below: false

    spacing: 24

    Repeater {
        model: row.steps.length
        GridLayout {
            id: step
            required property int index
            readonly property var line: row.steps[step.index] ?? ({})
            Layout.alignment: row.below ? Qt.AlignTop : Qt.AlignVCenter
            columns: row.below ? 1 : 3
            columnSpacing: 8
            rowSpacing: 8
            Accessible.role: Accessible.Graphic
            Accessible.name: step.line.spoken ?? ""

            Words {
                Layout.alignment: Qt.AlignHCenter
                text: step.line.key ?? ""
                strong: true
                font.pixelSize: row.below ? 24 : 16
                Accessible.ignored: true
            }
            Glyph {
                Layout.alignment: Qt.AlignHCenter
                icon: step.line.picture ?? ""
                side: row.side
            }
            Words {
                Layout.fillWidth: row.below
                text: step.line.text ?? ""
                font.pixelSize: row.below ? 18 : 14
                horizontalAlignment: row.below ? Text.AlignHCenter : Text.AlignLeft
                Accessible.ignored: true
            }
        }
    }
}
