pragma ComponentBehavior: Bound
import QtQuick
import "../kit/console"

// One lane: its name, where it is open, and its slots. Compared, what is now stands above what would be.
Item {
    id: row

    required property var lane
    required property real labels
    required property real strip
    required property bool compared
    readonly property var cells: row.lane.cells ?? []
    readonly property var strips: row.lane.strips ?? []

    signal chosen(string id)

    Words {
        height: parent.height
        width: row.compared ? 68 : row.labels - 8
        text: row.lane.name ?? ""
        strong: true
        font.pixelSize: 16
        fontSizeMode: Text.HorizontalFit
        minimumPixelSize: 14
        color: row.lane.open ? Tone.ink : Tone.ink2
    }
    Repeater {
        model: row.compared && row.height > 40 ? ["いま", "変更後"] : []
        Words {
            required property string modelData
            required property int index
            x: 70
            y: index * row.height / 2
            height: row.height / 2
            text: modelData
            font.pixelSize: 14
            color: Tone.ink2
            Accessible.ignored: true
        }
    }
    Repeater {
        model: row.strips.length
        Rectangle {
            id: piece
            required property int index
            readonly property var span: row.strips[piece.index] ?? ({
                    "x": 0,
                    "w": 0
                })
            x: row.labels + piece.span.x * row.strip
            width: piece.span.w * row.strip
            height: row.height
            radius: 4
            color: piece.span.shut ? "transparent" : Tone.paper2
            Words {
                anchors.centerIn: parent
                text: piece.span.text ?? ""
                visible: text !== ""
                font.pixelSize: 14
                color: Tone.ink2
            }
        }
    }
    Repeater {
        model: row.cells.length
        SlotCell {
            id: slot
            required property int index
            readonly property var shown: row.cells[slot.index] ?? ({
                    "x": 0,
                    "w": 0
                })
            readonly property bool half: row.compared && (slot.form === "before" || slot.form === "after")
            readonly property bool tall: slot.height >= 40 && (slot.shown.word ?? "") !== ""
            form: slot.shown.form ?? ""
            chosen: slot.shown.chosen ?? false
            x: row.labels + slot.shown.x * row.strip
            y: slot.form === "after" ? row.height / 2 + 1 : 0
            width: Math.max(2, slot.shown.w * row.strip - 3)
            height: slot.half ? row.height / 2 - 1 : row.height
            Accessible.role: Accessible.Button
            Accessible.name: slot.shown.spoken ?? ""
            Accessible.selected: slot.chosen
            Accessible.onPressAction: row.chosen(slot.shown.id)

            Words {
                anchors.horizontalCenter: parent.horizontalCenter
                y: slot.tall ? slot.height / 2 - height : (slot.height - height) / 2
                text: slot.tall ? slot.shown.time : slot.shown.line ?? ""
                visible: text !== ""
                strong: slot.form !== "free" && slot.form !== "central" && slot.form !== "before"
                font.pixelSize: slot.shown.size ?? 14
                font.strikeout: slot.form === "missed"
                lineHeight: 0.9
                color: slot.tone
                Accessible.ignored: true
            }
            Words {
                anchors.horizontalCenter: parent.horizontalCenter
                y: slot.height / 2 - 1
                visible: slot.tall
                text: slot.shown.word ?? ""
                strong: true
                font.pixelSize: 14
                lineHeight: 0.9
                color: slot.tone
                Accessible.ignored: true
            }
            TapHandler {
                onTapped: row.chosen(slot.shown.id)
            }
        }
    }
}
