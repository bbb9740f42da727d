pragma ComponentBehavior: Bound
import QtQuick
import QtQuick.Layouts

// One of the tabs, and the line of keys under it.
ColumnLayout {
    id: page

    required property var model
    required property var face
    readonly property bool settled: page.face.tab !== "slots" || timetable.item !== null

    spacing: 0

    Item {
        id: tabs
        Layout.fillWidth: true
        Layout.fillHeight: true
        Layout.margins: 16
        Layout.topMargin: 12
        Layout.bottomMargin: 12

        // The desk stays when another tab is looked at: to make it anew would hold up a frame. The line beside it is also the
        // guide's.
        RowLayout {
            anchors.fill: parent
            visible: page.face.tab === "desk" || page.face.tab === "guide"
            spacing: 16
            Loader {
                Layout.fillWidth: true
                Layout.fillHeight: true
                Layout.preferredWidth: 752
                active: page.face.tab === "desk" || item !== null
                visible: page.face.tab === "desk"
                sourceComponent: DeskPanel {
                    model: page.model
                    face: page.face
                }
            }
            Loader {
                Layout.fillWidth: true
                Layout.fillHeight: true
                Layout.preferredWidth: 752
                active: page.face.tab === "guide"
                visible: page.face.tab === "guide"
                sourceComponent: GuidePanel {
                    model: page.model
                    face: page.face
                }
            }
            Loader {
                Layout.fillWidth: true
                Layout.fillHeight: true
                Layout.preferredWidth: 480
                active: page.face.tab === "desk" || page.face.tab === "guide" || item !== null
                sourceComponent: WaitingPanel {
                    model: page.model
                    face: page.face
                }
            }
        }
        Loader {
            id: timetable
            // Made bit by bit: two hundred slots at once would hold up a frame.
            anchors.fill: parent
            asynchronous: true
            active: page.face.tab === "slots" || status !== Loader.Null
            visible: page.face.tab === "slots" && item !== null
            sourceComponent: slots
        }
        Loader {
            anchors.fill: parent
            visible: page.face.tab !== "money"
            sourceComponent: page.face.tab === "leader" ? leader : page.face.tab === "devices" ? devices : page.face.tab === "today" ? today : page.face.tab === "figures" ? figures : page.face.tab === "actions" ? actions : page.face.tab === "forms" ? forms : null
        }
        // By its file's name, so that an office without certificate kiosks never loads it.
        Loader {
            id: money
            readonly property bool wanted: page.face.tab === "money"
            anchors.fill: parent
            onWantedChanged: money.look()
            Component.onCompleted: money.look()

            function look(): void {
                if (!money.wanted)
                    money.source = "";
                else if (money.status === Loader.Null)
                    money.setSource("MoneyPanel.qml", {
                        "model": page.model,
                        "face": page.face
                    });
            }
        }
    }
    FootBar {
        Layout.fillWidth: true
        model: page.model
        face: page.face
    }

    Component {
        id: leader
        LeaderPanel {
            model: page.model
            face: page.face
        }
    }
    Component {
        id: slots
        SlotsPanel {
            model: page.model
            face: page.face
        }
    }
    Component {
        id: devices
        DevicesPanel {
            model: page.model
            face: page.face
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
        id: figures
        FiguresPanel {
            model: page.model
            face: page.face
        }
    }
    Component {
        id: forms
        FormsPanel {
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
