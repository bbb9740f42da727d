pragma ComponentBehavior: Bound
import QtQuick

// What a finger, a mouse, a key or a screen reader presses. Qt's own button would bring a library of 3 MiB to a console.
// It takes the keyboard only by Tab: Enter belongs to what the page is about, wherever the pointer was before.
Item {
    id: press

    property bool reachable: true
    readonly property bool down: press.enabled && (area.containsPress || press.held)
    property bool held: false

    signal clicked

    function click(): void {
        if (press.enabled)
            press.clicked();
    }

    activeFocusOnTab: press.reachable
    Accessible.focusable: press.reachable
    Accessible.onPressAction: press.click()
    onActiveFocusChanged: press.held = false
    Keys.onPressed: event => {
        if (event.key === Qt.Key_Return || event.key === Qt.Key_Enter) {
            event.accepted = true;
            press.click();
        } else if (event.key === Qt.Key_Space) {
            event.accepted = true;
            press.held = true;
        }
    }
    Keys.onReleased: event => {
        if (event.key === Qt.Key_Space && !event.isAutoRepeat && press.held) {
            event.accepted = true;
            press.held = false;
            press.click();
        }
    }

    MouseArea {
        id: area
        anchors.fill: parent
        onClicked: press.click()
    }
}
