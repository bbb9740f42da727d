pragma ComponentBehavior: Bound
import QtQuick

// The letter of a service group, as on screen, ticket and display.
Rectangle {
    id: mark

    property string letter: ""
    property int side: 32

    implicitWidth: side
    implicitHeight: side
    radius: side / 6
    color: Tone.act

    Words {
        anchors.centerIn: parent
        text: mark.letter
        strong: true
        font.pixelSize: mark.side * 0.64
        color: "white"
    }
}
