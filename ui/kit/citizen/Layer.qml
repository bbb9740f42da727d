pragma ComponentBehavior: Bound
import QtQuick

// One layer of a screen, drawn as it was set.
Item {
    id: layer

    required property var pieces
    required property var touch
    property bool reachable: true

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
    Repeater {
        model: layer.pieces.plates
        Plate {
            touch: layer.touch
            reachable: layer.reachable
            onPressed: id => layer.pressed(id)
        }
    }
}
