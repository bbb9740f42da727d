pragma ComponentBehavior: Bound
import QtQuick
import QtQuick.Layouts
import "../kit/console"

// One line of a table; `widths` are shares, the first of which takes what is left.
Item {
    id: line

    property var cells: []
    property var widths: []
    property var atRight: []
    property string letter: ""
    property bool heading: false
    property int strongFrom: 1

    implicitHeight: heading ? 28 : 38
    Accessible.role: line.heading ? Accessible.ColumnHeader : Accessible.Row
    Accessible.name: line.cells.join("　")

    RowLayout {
        anchors.fill: parent
        anchors.leftMargin: 8
        anchors.rightMargin: 8
        spacing: 12

        LetterMark {
            visible: line.letter !== ""
            letter: line.letter
            side: 28
        }
        Repeater {
            model: line.cells.length
            Words {
                required property int index
                Layout.fillWidth: (line.widths[index] ?? 0) === 0
                Layout.preferredWidth: line.widths[index] || 60
                text: line.cells[index] ?? ""
                strong: !line.heading && index >= line.strongFrom
                font.pixelSize: line.heading ? 14 : 16
                horizontalAlignment: line.atRight[index] ? Text.AlignRight : Text.AlignLeft
                color: line.heading ? Tone.ink2 : Tone.ink
                Accessible.ignored: true
            }
        }
    }
    Rectangle {
        anchors.bottom: parent.bottom
        width: parent.width
        height: 1
        color: line.heading ? Tone.edge : Tone.rule
    }
}
