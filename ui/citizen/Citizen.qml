pragma ComponentBehavior: Bound
import QtQuick
import "../kit/citizen"

// The window: a page, the bar, and before them a sheet or a dialog. Where everything stands was decided before.
Window {
    id: root

    required property var model
    required property int designWidth
    required property int designHeight
    readonly property var face: root.model.frame
    readonly property var touch: root.model.touch

    width: root.designWidth
    height: root.designHeight
    visible: true
    color: root.face.paper
    title: "ひとふだ"

    Item {
        id: stage
        width: root.designWidth
        height: root.designHeight
        anchors.centerIn: parent
        scale: Math.min(root.width / width, root.height / height)
        focus: true
        Keys.onPressed: event => {
            event.accepted = true;
            if (!event.isAutoRepeat)
                root.model.key(event.key, event.text);
        }

        Layer {
            pieces: root.model.page
            further: root.model.further
            touch: root.touch
            reachable: !root.face.covered
            onPressed: id => root.model.press(id)
        }
        Rectangle {
            visible: root.face.covered
            width: parent.width
            height: root.face.scrim_height
            color: root.face.scrim
        }
        Layer {
            pieces: root.model.bar
            touch: root.touch
            onPressed: id => root.model.press(id)
        }
        Layer {
            pieces: root.model.front
            touch: root.touch
            onPressed: id => root.model.press(id)
        }
        MultiPointTouchArea {
            anchors.fill: parent
            onPressed: points => points.forEach(p => root.model.fingerDown(p.pointId, p.x, p.y))
            onUpdated: points => points.forEach(p => root.model.fingerMoved(p.pointId, p.x, p.y))
            onReleased: points => points.forEach(p => root.model.fingerUp(p.pointId, p.x, p.y))
            onCanceled: points => points.forEach(p => root.model.fingerLost(p.pointId))
        }
    }
}
