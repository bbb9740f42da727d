pragma ComponentBehavior: Bound
import QtQuick

// A line icon in the colour of the words beside it, which say the same.
Image {
    property string icon: ""
    property color tone: Tone.ink
    property int side: 20

    // Drawn when it is first seen: what is hidden need not be ready for the first frame.
    source: icon === "" || !visible ? "" : "image://icons/" + icon + "/" + String(tone).substring(1)
    sourceSize: Qt.size(side, side)
    width: icon === "" ? 0 : side
    height: side
    visible: icon !== ""
    Accessible.ignored: true
}
