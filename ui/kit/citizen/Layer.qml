pragma ComponentBehavior: Bound
import QtQuick

// One layer of a screen, drawn as it was set.
Item {
    id: layer

    required property var pieces
    required property var touch
    property var further: []
    property bool reachable: true
    readonly property var focused: layer.reachable && layer.touch.focused
        ? [...layer.pieces.plates, ...layer.further].find(plate => plate.id === layer.touch.focused) ?? null : null

    signal pressed(string id)

    Repeater {
        model: layer.pieces.boxes
        Rectangle {
            required property var modelData
            x: modelData.x
            y: modelData.y
            width: modelData.w
            height: modelData.h
            radius: modelData.radius
            color: modelData.fill
            border.width: modelData.line
            border.color: modelData.edge
        }
    }
    Repeater {
        model: layer.pieces.icons
        Drawn {}
    }
    Repeater {
        model: layer.pieces.pictures
        Rectangle {
            id: frame
            required property var modelData
            x: modelData.x
            y: modelData.y
            width: modelData.w
            height: modelData.h
            radius: 8
            color: "white"
            Image {
                anchors.fill: parent
                source: frame.modelData.source
                sourceSize: Qt.size(width, height)
                Accessible.ignored: true
            }
        }
    }
    Repeater {
        model: layer.pieces.words
        Line {
            Accessible.role: modelData.heading ? Accessible.Heading : Accessible.StaticText
            Accessible.name: modelData.name
            Accessible.ignored: !layer.reachable || !modelData.name
        }
    }
    // One for all plates, over its neighbours and under the one that has the focus.
    Rectangle {
        visible: layer.focused !== null
        x: (layer.focused?.x ?? 0) - 14
        y: (layer.focused?.y ?? 0) - 14
        z: 0.5
        width: (layer.focused?.w ?? 0) + 28
        height: (layer.focused?.h ?? 0) + 28
        radius: (layer.focused?.radius ?? 0) + 14
        color: layer.focused?.glow ?? "transparent"
        border.color: layer.focused?.ring ?? "transparent"
        border.width: 8
    }
    Repeater {
        model: layer.pieces.plates
        Plate {
            touch: layer.touch
            reachable: layer.reachable
            onPressed: id => layer.pressed(id)
        }
    }
    Repeater {
        model: layer.further
        Plate {
            touch: layer.touch
            reachable: layer.reachable
            onPressed: id => layer.pressed(id)
        }
    }
}
