pragma ComponentBehavior: Bound
import QtQuick
import "../kit/console"

// Where lanes are open, and what stands in them. Everything is made once and only moved: a hundred slots that are made
// anew would hold up a frame.
Item {
    id: field

    required property var drawn
    required property real pitch
    required property real laneHeight
    readonly property var strips: field.drawn.strips ?? []
    readonly property var cells: field.drawn.cells ?? []
    readonly property bool tall: field.laneHeight >= 44

    signal chosen(string id)

    Repeater {
        model: 24
        Rectangle {
            id: piece
            required property int index
            readonly property var span: field.strips[piece.index] ?? [0, 0, 0, "", false]
            visible: piece.index < field.strips.length
            x: piece.span[1] * field.width
            y: piece.span[0] * field.pitch
            width: piece.span[2] * field.width
            height: field.laneHeight
            radius: 4
            color: piece.span[4] ? "transparent" : Tone.paper2
            Words {
                anchors.centerIn: parent
                text: piece.span[3]
                visible: text !== ""
                font.pixelSize: 14
                color: Tone.ink2
            }
        }
    }
    Item {
        id: inside
        anchors.fill: parent
        Repeater {
            model: 150
            SlotCell {
                id: slot
                required property int index
                readonly property var shown: field.cells[slot.index] ?? [0, 0, 0, 0, "", "", "", 14, "", ""]
                visible: slot.index < field.cells.length
                form: slot.shown[4]
                press: slot.shown[8]
                x: slot.shown[2] * field.width
                y: slot.shown[0] * field.pitch + (slot.shown[1] === 2 ? field.laneHeight / 2 + 1 : 0)
                width: Math.max(2, slot.shown[3] * field.width - 3)
                height: slot.shown[1] === 0 ? field.laneHeight : field.laneHeight / 2 - 1
                text: field.tall && slot.shown[6] !== "" ? slot.shown[6] : slot.shown[5]
                size: slot.shown[7]
                Accessible.role: Accessible.Button
                Accessible.name: slot.shown[9]
                Accessible.onPressAction: field.chosen(slot.press)
            }
        }
    }
    TapHandler {
        onTapped: point => {
            const touched = inside.childAt(point.position.x, point.position.y) as SlotCell;
            if (touched !== null)
                field.chosen(touched.press);
        }
    }
}
