pragma ComponentBehavior: Bound
import QtQuick

// The key that does the same as the plate on which it stands.
Rectangle {
    id: cap

    property string text: ""
    property color tone: Tone.ink
    property int side: 24

    implicitWidth: Math.max(side, letters.implicitWidth + 10)
    implicitHeight: side
    visible: text !== ""
    color: "transparent"
    border.width: 1
    border.color: tone
    radius: 4

    Words {
        id: letters
        anchors.centerIn: parent
        text: cap.text
        strong: true
        font.pixelSize: cap.side > 24 ? 18 : 14
        color: cap.tone
        Accessible.ignored: true
    }
}
