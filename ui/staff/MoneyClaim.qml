pragma ComponentBehavior: Bound
import QtQuick
import "../kit/console"

// A claim that nobody has settled: what stands on the slip, and how much is owed. The whole line is pressed.
Press {
    id: line

    property var claim: ({})
    readonly property bool open: line.claim.settle?.state === "open"

    signal chosen(string id)

    enabled: line.open
    implicitHeight: 56
    Accessible.role: Accessible.Button
    Accessible.name: line.claim.settle?.spoken ?? ""
    Accessible.description: line.claim.spoken ?? ""
    onClicked: line.chosen(line.claim.settle.id)

    Loader {
        active: line.activeFocus || line.down
        anchors.fill: parent
        anchors.margins: 1
        sourceComponent: Rectangle {
            color: line.down ? Tone.actTint : Tone.focus
            border.color: "black"
            border.width: line.activeFocus ? 3 : 0
            radius: 6
        }
    }
    Words {
        x: 8
        height: parent.height
        text: line.claim.first ?? ""
        strong: true
        font.pixelSize: 18
        Accessible.ignored: true
    }
    Words {
        x: 128
        width: owed.x - x - 8
        height: parent.height
        text: line.claim.second ?? ""
        font.pixelSize: 14
        lineHeight: 0.9
        color: Tone.ink2
        wrapMode: Text.Wrap
        Accessible.ignored: true
    }
    Words {
        id: owed
        x: lip.x - width - 12
        height: parent.height
        text: line.claim.third ?? ""
        strong: true
        Accessible.ignored: true
    }
    Rectangle {
        id: lip
        x: parent.width - width - 4
        y: 9
        width: 56
        height: 37
        radius: 8
        color: line.open ? Tone.edge : Tone.paper2
        Rectangle {
            width: parent.width
            height: parent.height - 3
            y: line.down ? 3 : 0
            radius: 8
            color: line.open ? Tone.surface : Tone.paper2
            border.width: line.open ? 2 : 0
            border.color: Tone.edge
            Words {
                anchors.centerIn: parent
                text: line.claim.settle?.state === "busy" ? "…" : "精算"
                strong: true
                color: line.open ? Tone.ink : Tone.ink2
                Accessible.ignored: true
            }
        }
    }
    Rectangle {
        anchors.bottom: parent.bottom
        width: parent.width
        height: 1
        color: Tone.rule
    }
}
