pragma ComponentBehavior: Bound
import QtQuick
import QtQuick.Window

// Where lanes are open, and what stands in them: one picture, and for who has the screen read aloud a name for each slot.
Item {
    id: field

    required property int painting
    required property var named
    required property real pitch
    required property real laneHeight
    readonly property real ratio: Screen.devicePixelRatio

    signal touched(int place, real x, real y)
    signal chosen(string id)

    // Its place, its lanes and what stands in them change one after the other, and are painted once.
    readonly property string wanted: !field.visible || field.painting === 0 || field.width <= 0 || field.height <= 0 ? "" : `image://slots/day/${field.painting}/${field.pitch}/${field.laneHeight}/${field.ratio}/${field.width}/${field.height}`
    onWantedChanged: Qt.callLater(field.paint)
    Component.onCompleted: Qt.callLater(field.paint)

    function paint(): void {
        picture.source = "";
        picture.sourceSize = Qt.size(Math.round(field.width * field.ratio), Math.round(field.height * field.ratio));
        picture.source = field.wanted;
    }

    Image {
        id: picture
        anchors.fill: parent
        cache: false
        Accessible.ignored: true
    }
    Repeater {
        model: field.named.length > 0 ? 300 : 0
        Item {
            id: slot
            required property int index
            readonly property var shown: field.named[slot.index] ?? [0, 0, 0, 0, "", "", "", 14, "", ""]
            visible: slot.index < field.named.length
            x: slot.shown[2] * field.width
            y: slot.shown[0] * field.pitch + (slot.shown[1] === 2 ? field.laneHeight / 2 : 0)
            width: slot.shown[3] * field.width
            height: slot.shown[1] === 0 ? field.laneHeight : field.laneHeight / 2
            Accessible.role: Accessible.Button
            Accessible.name: slot.shown[9]
            Accessible.onPressAction: field.chosen(slot.shown[8])
        }
    }
    TapHandler {
        onTapped: point => {
            const place = Math.floor(point.position.y / field.pitch);
            field.touched(place, point.position.x / field.width, (point.position.y - place * field.pitch) / field.laneHeight);
        }
    }
}
