pragma ComponentBehavior: Bound
import QtQuick
import "../kit/console"

// The form of a slot, which says what it is also without any colour: filled, framed, round, flat, struck through.
Rectangle {
    id: cell

    property string form: ""
    property bool chosen: false
    readonly property bool filled: ["booked", "here", "called"].includes(cell.form)
    readonly property color tone: cell.filled ? "white" : cell.form === "after" ? "#0b4a2c" : ["late", "pressed", "wrong"].includes(cell.form) ? Tone.care : ["done", "missed"].includes(cell.form) ? Tone.ink2 : Tone.ink

    radius: cell.form === "central" ? Math.min(height / 2, 14) : 4
    color: cell.filled ? Tone.act : cell.form === "after" ? "#e6f5ec" : ["late", "pressed", "wrong"].includes(cell.form) ? Tone.careTint : ["done", "missed"].includes(cell.form) ? Tone.paper2 : Tone.surface
    border.width: cell.chosen ? 4 : ["done", "booked", "here"].includes(cell.form) ? 0 : ["called", "late", "pressed", "wrong", "unheard"].includes(cell.form) ? 3 : cell.form === "after" ? 2 : 1
    border.color: cell.chosen ? "black" : cell.form === "called" ? "black" : ["late", "pressed", "wrong"].includes(cell.form) ? Tone.care : cell.form === "after" ? Tone.ok : cell.form === "unheard" ? Tone.act : Tone.edge

    Rectangle {
        visible: cell.form === "here"
        x: 3
        y: 3
        width: 3
        height: parent.height - 6
        color: "white"
    }
    Rectangle {
        visible: cell.chosen
        anchors.fill: parent
        anchors.margins: 4
        radius: 2
        color: "transparent"
        border.width: 2
        border.color: Tone.focus
    }
}
