pragma ComponentBehavior: Bound
import QtQuick
import "../kit/console"

// The columns of the waiting list, for its heading and for each of its rows.
Item {
    id: line

    property var cells: ["", "", "", "", ""]
    property var marks: []
    property bool heading: false
    property color tone: line.heading ? Tone.ink2 : Tone.ink
    readonly property int size: line.heading ? 14 : 16

    Words {
        x: 8
        height: parent.height
        text: line.cells[0]
        strong: !line.heading
        font.pixelSize: line.heading ? 14 : 18
        color: line.tone
        Accessible.ignored: !line.heading
    }
    Row {
        id: what
        readonly property int room: line.width - 85 - 175 - 8
        x: 85
        height: parent.height
        spacing: 8
        Words {
            height: parent.height
            width: Math.min(implicitWidth, what.room - (marks.width > 0 ? marks.width + 8 : 0))
            text: line.cells[1]
            readonly property bool narrow: text.length > 12 || line.marks.length > 1
            font.pixelSize: narrow ? 14 : line.size
            lineHeight: narrow ? 0.85 : 1.0
            wrapMode: Text.Wrap
            color: line.tone
            Accessible.ignored: !line.heading
        }
        Row {
            id: marks
            anchors.verticalCenter: parent.verticalCenter
            spacing: 6
            Repeater {
                model: line.marks.length
                KeyCap {
                    required property int index
                    text: line.marks[index] ?? ""
                    tone: line.tone
                    side: 22
                }
            }
        }
    }
    Words {
        x: line.width - 175
        height: parent.height
        text: line.cells[2]
        font.pixelSize: line.size
        color: line.tone
        Accessible.ignored: !line.heading
    }
    Words {
        anchors.right: parent.right
        anchors.rightMargin: 66
        height: parent.height
        text: line.cells[3]
        strong: !line.heading
        font.pixelSize: line.size
        color: line.tone
        Accessible.ignored: !line.heading
    }
    Words {
        anchors.right: unit.left
        height: parent.height
        text: line.cells[4]
        strong: !line.heading
        font.pixelSize: line.size
        color: line.tone
        Accessible.ignored: !line.heading
    }
    Words {
        id: unit
        anchors.right: parent.right
        anchors.rightMargin: 8
        height: parent.height
        text: line.heading ? "" : "分"
        font.pixelSize: 14
        color: line.tone
        Accessible.ignored: true
    }
}
