pragma ComponentBehavior: Bound
import QtQuick
import QtQuick.Layouts
import "../kit/console"

// A group's day in slots: lanes by the hour, and beside them what may be changed and what a change would do.
FocusScope {
    id: panel

    required property var model
    required property var face
    readonly property var slots: panel.face.slots ?? ({})
    readonly property string mode: panel.slots.mode ?? ""
    readonly property bool asking: (panel.face.dialog ?? null) !== null

    // Enter does what is tried out, wherever the pointer was before.
    onModeChanged: Qt.callLater(panel.takeFocus)
    onAskingChanged: if (!panel.asking)
        Qt.callLater(panel.takeFocus)
    onVisibleChanged: if (panel.visible)
        Qt.callLater(panel.takeFocus)
    Component.onCompleted: Qt.callLater(panel.takeFocus)

    function takeFocus(): void {
        if (!panel.asking)
            rest.forceActiveFocus();
    }

    Keys.onReturnPressed: panel.model.key("Return")
    Keys.onEnterPressed: panel.model.key("Enter")

    Item {
        id: rest
        focus: true
    }
    Instantiator {
        model: ["Left", "Right", "Up", "Down", "PgUp", "PgDown"]
        delegate: Shortcut {
            required property string modelData
            sequence: modelData
            enabled: panel.visible && panel.enabled
            onActivated: panel.model.key(modelData)
        }
    }

    ColumnLayout {
        anchors.fill: parent
        spacing: 10

        SlotsHead {
            Layout.fillWidth: true
            visible: panel.mode !== "hit"
            model: panel.model
            slots: panel.slots
        }
        Words {
            Layout.fillWidth: true
            visible: text !== ""
            text: panel.slots.note ?? ""
            font.pixelSize: 20
            color: Tone.ink2
            wrapMode: Text.Wrap
            Accessible.role: Accessible.AlertMessage
        }
        Loader {
            Layout.fillWidth: true
            Layout.fillHeight: true
            active: panel.mode === "hit"
            visible: panel.mode === "hit"
            sourceComponent: SlotsList {
                model: panel.model
                list: panel.slots.hit ?? ({})
            }
        }
        RowLayout {
            Layout.fillWidth: true
            Layout.fillHeight: true
            visible: panel.mode === "day" || panel.mode === "compared"
            spacing: 16

            ColumnLayout {
                Layout.fillWidth: true
                Layout.fillHeight: true
                Layout.preferredWidth: 864
                spacing: 8
                SlotsGrid {
                    Layout.fillWidth: true
                    Layout.fillHeight: true
                    model: panel.model
                    slots: panel.slots
                    drawn: panel.face.slot_lanes ?? ({})
                    painting: panel.face.slot_cells ?? 0
                    named: panel.face.slot_names ?? []
                }
                SlotsWhy {
                    Layout.fillWidth: true
                    why: panel.slots.why ?? ({})
                }
            }
            SlotsSide {
                Layout.fillHeight: true
                Layout.preferredWidth: 368
                model: panel.model
                side: panel.slots.side ?? ({})
            }
        }
        Item {
            Layout.fillHeight: true
            visible: panel.mode === ""
        }
    }
}
