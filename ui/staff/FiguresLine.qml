pragma ComponentBehavior: Bound
import QtQuick
import QtQuick.Layouts
import "../kit/console"

// One line of figures: a name, then digits large enough for whoever stands behind; at the end a reason, if it has one.
Item {
    id: line

    property string name: ""
    property var cells: []
    property string why: ""
    property string spoken: ""
    property bool heading: false

    implicitHeight: heading ? 40 : 50
    Accessible.role: line.heading ? Accessible.ColumnHeader : Accessible.Row
    Accessible.name: line.spoken || [line.name, ...line.cells].join("　").replace(/\n/g, "")

    RowLayout {
        anchors.fill: parent
        anchors.leftMargin: 8
        anchors.rightMargin: 8
        spacing: 6

        Words {
            Layout.fillWidth: line.why === ""
            Layout.preferredWidth: 230
            text: line.name
            strong: !line.heading
            font.pixelSize: line.heading ? 14 : text.length > 12 ? 16 : 20
            wrapMode: Text.Wrap
            lineHeight: 0.85
            color: line.heading ? Tone.ink2 : Tone.ink
            Accessible.ignored: true
        }
        Repeater {
            model: line.cells.length
            Words {
                required property int index
                Layout.preferredWidth: 84
                text: line.cells[index] ?? ""
                strong: !line.heading
                font.pixelSize: line.heading ? 14 : 26
                lineHeight: line.heading ? 0.85 : 1
                horizontalAlignment: Text.AlignRight
                verticalAlignment: line.heading ? Text.AlignBottom : Text.AlignVCenter
                color: line.heading ? Tone.ink2 : Tone.ink
                Accessible.ignored: true
            }
        }
        Words {
            visible: line.why !== ""
            Layout.fillWidth: true
            Layout.preferredWidth: 400
            Layout.leftMargin: 24
            text: line.why
            font.pixelSize: 14
            lineHeight: 0.9
            wrapMode: Text.Wrap
            color: line.heading ? Tone.ink2 : Tone.ink
            Accessible.ignored: true
        }
    }
    Rectangle {
        anchors.bottom: parent.bottom
        width: parent.width
        height: 1
        color: line.heading ? Tone.edge : Tone.rule
    }
}
