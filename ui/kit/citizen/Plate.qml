pragma ComponentBehavior: Bound
import QtQuick

// Everything pressable: it lies 4 px above its lip and goes down while a finger holds it or its press is on the way.
Item {
    id: plate

    required property var modelData
    required property bool reachable
    required property var touch
    readonly property bool taken: plate.reachable && plate.touch.taken === plate.modelData.id
    readonly property bool held: plate.taken || (plate.reachable && plate.touch.held === plate.modelData.id)
    readonly property bool focused: plate.reachable && plate.touch.focused === plate.modelData.id

    signal pressed(string id)

    objectName: plate.reachable ? plate.modelData.id : ""
    x: plate.modelData.x
    y: plate.modelData.y
    z: plate.focused ? 1 : 0
    width: plate.modelData.w
    height: plate.modelData.h
    enabled: plate.modelData.able
    Accessible.role: Accessible.Button
    Accessible.name: plate.modelData.name
    Accessible.ignored: !plate.reachable
    Accessible.focusable: true
    Accessible.focused: plate.focused
    Accessible.onPressAction: plate.pressed(plate.modelData.id)

    Rectangle {
        visible: plate.modelData.lip > 0 && !plate.held
        y: plate.modelData.lip
        width: parent.width
        height: parent.height
        radius: plate.modelData.radius
        color: plate.modelData.lip_tone
    }
    Rectangle {
        y: plate.held ? plate.modelData.lip : 0
        width: parent.width
        height: parent.height
        radius: plate.modelData.radius
        color: plate.held ? plate.modelData.held : plate.modelData.fill
        border.width: plate.taken ? 6 : plate.modelData.line
        border.color: plate.taken ? plate.modelData.mark : plate.modelData.edge

        Repeater {
            model: plate.modelData.icons
            Drawn {}
        }
        Repeater {
            model: plate.modelData.words
            Line {
                Accessible.ignored: true
            }
        }
    }
}
