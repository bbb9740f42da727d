pragma ComponentBehavior: Bound
import QtQuick
import "../kit/console"

// One line of money in three columns, read out whole. It holds no more items than it shows: there may be thirty of them.
Item {
    id: line

    required property var model
    property var row: ({})
    property int first: 120
    property int last: 96
    property bool large: false
    readonly property bool urgent: line.row.state === "refused"
    readonly property var plate: line.row.plate ?? null

    implicitHeight: 56
    Accessible.role: Accessible.Row
    Accessible.name: line.row.spoken ?? ""

    Loader {
        active: line.urgent
        anchors.fill: parent
        anchors.bottomMargin: 1
        sourceComponent: Rectangle {
            color: Tone.careTint
            Rectangle {
                width: 8
                height: parent.height
                radius: 4
                color: Tone.care
            }
        }
    }
    Words {
        x: line.urgent ? 16 : 8
        height: parent.height
        text: line.row.first ?? ""
        strong: line.large
        font.pixelSize: line.large ? 24 : 14
        lineHeight: line.large ? 1.0 : 0.9
        color: line.large ? Tone.ink : Tone.ink2
        Accessible.ignored: true
    }
    Words {
        x: line.first
        width: line.large ? about.x - x - 8 : 130
        height: parent.height
        text: line.row.second ?? ""
        strong: !line.large
        font.pixelSize: line.large ? 14 : 16
        lineHeight: 0.9
        wrapMode: Text.Wrap
        Accessible.ignored: true
    }
    Words {
        id: about
        x: line.large ? end.x - line.last - 12 : line.first + 138
        width: line.large ? line.last : end.x - x - 8
        height: parent.height
        text: line.row.third ?? ""
        strong: line.large || line.urgent
        font.pixelSize: line.large ? 24 : 14
        lineHeight: line.large ? 1.0 : 0.9
        horizontalAlignment: line.large ? Text.AlignRight : Text.AlignLeft
        color: line.large ? Tone.ink : line.urgent || line.row.state === "waiting" ? Tone.care : Tone.ink2
        wrapMode: Text.Wrap
        Accessible.ignored: true
    }
    Loader {
        id: end
        active: line.plate !== null
        x: parent.width - width - 4
        width: line.plate !== null ? implicitWidth : 0
        anchors.verticalCenter: parent.verticalCenter
        sourceComponent: ConsolePlate {
            control: line.plate ?? ({})
            keyFirst: true
            onChosen: id => line.model.press(id)
        }
    }
    Rectangle {
        anchors.bottom: parent.bottom
        width: parent.width
        height: 1
        color: Tone.rule
    }
}
