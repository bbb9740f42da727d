import QtQuick
import "../kit/console"

// One line of money: read out whole, a rule below it, and a plate at its end.
Item {
    id: line

    property string spoken: ""
    property bool urgent: false

    implicitHeight: 62
    Accessible.role: Accessible.Row
    Accessible.name: line.spoken

    Rectangle {
        visible: line.urgent
        anchors.fill: parent
        anchors.bottomMargin: 1
        color: Tone.careTint
        Rectangle {
            width: 8
            height: parent.height
            radius: 4
            color: Tone.care
        }
    }
    Rectangle {
        anchors.bottom: parent.bottom
        width: parent.width
        height: 1
        color: Tone.rule
    }
}
