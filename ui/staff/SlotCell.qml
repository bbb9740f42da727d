pragma ComponentBehavior: Bound
import QtQuick
import "../kit/console"

// The form of a slot, which says what it is also without any colour: filled or not, square or round, framed, flat.
Rectangle {
    id: cell

    property string form: ""
    property string press: ""
    property alias text: words.text
    property alias size: words.font.pixelSize
    readonly property bool filled: cell.form === "booked" || cell.form === "here" || cell.form === "called"
    readonly property bool warns: cell.form === "late" || cell.form === "pressed" || cell.form === "wrong"
    readonly property bool over: cell.form === "done" || cell.form === "missed"

    radius: cell.form === "central" || cell.form === "here" ? Math.min(height / 2, 14) : 4
    color: cell.filled ? Tone.act : cell.form === "after" ? "#e6f5ec" : cell.warns ? Tone.careTint : cell.over ? Tone.paper2 : Tone.surface
    border.width: cell.form === "called" || cell.form === "unheard" || cell.warns ? 3 : cell.filled || cell.form === "done" ? 0 : cell.form === "after" ? 2 : 1
    border.color: cell.form === "called" ? "black" : cell.warns ? Tone.care : cell.form === "after" ? Tone.ok : cell.form === "unheard" ? Tone.act : Tone.edge

    Words {
        id: words
        anchors.centerIn: parent
        visible: text !== ""
        strong: cell.form !== "free" && cell.form !== "central" && cell.form !== "before"
        font.strikeout: cell.form === "missed"
        horizontalAlignment: Text.AlignHCenter
        lineHeight: 0.9
        color: cell.filled ? "white" : cell.form === "after" ? "#0b4a2c" : cell.warns ? Tone.care : cell.over ? Tone.ink2 : Tone.ink
        Accessible.ignored: true
    }
}
