pragma ComponentBehavior: Bound
import QtQuick
import QtQuick.Layouts

// One of the tabs, and the line of keys under it.
ColumnLayout {
    id: page

    required property var model
    required property var face

    spacing: 0

    Loader {
        Layout.fillWidth: true
        Layout.fillHeight: true
        Layout.margins: 16
        Layout.topMargin: 12
        Layout.bottomMargin: 12
        sourceComponent: page.face.tab === "today" ? today : page.face.tab === "actions" ? actions : page.face.tab === "guide" ? guide : desk
    }
    FootBar {
        Layout.fillWidth: true
        model: page.model
        face: page.face
    }

    Component {
        id: desk
        RowLayout {
            spacing: 16
            DeskPanel {
                Layout.fillWidth: true
                Layout.fillHeight: true
                Layout.preferredWidth: 752
                model: page.model
                face: page.face
            }
            WaitingPanel {
                Layout.fillWidth: true
                Layout.fillHeight: true
                Layout.preferredWidth: 480
                model: page.model
                face: page.face
            }
        }
    }
    Component {
        id: guide
        RowLayout {
            spacing: 16
            GuidePanel {
                Layout.fillWidth: true
                Layout.fillHeight: true
                Layout.preferredWidth: 752
                model: page.model
                face: page.face
            }
            WaitingPanel {
                Layout.fillWidth: true
                Layout.fillHeight: true
                Layout.preferredWidth: 480
                model: page.model
                face: page.face
            }
        }
    }
    Component {
        id: today
        TodayPanel {
            model: page.model
            face: page.face
        }
    }
    Component {
        id: actions
        ActionsPanel {
            model: page.model
            face: page.face
        }
    }
}
