pragma ComponentBehavior: Bound
import QtQuick
import QtQuick.Layouts
import QtQuick.Window
import "../kit/console"

// The window: bands on top (training, no link, refusal), then one page, then a dialog over it.
Window {
    id: root

    required property var model
    readonly property var face: root.model.face
    property bool choosing: false
    readonly property bool settled: !work.active || ((work.item as WorkPage)?.settled ?? false)
    readonly property bool asking: (root.face.dialog ?? null) !== null

    width: 1280
    height: 800
    minimumWidth: 1280
    minimumHeight: 720
    visible: true
    color: Tone.paper
    title: root.face.title
    // The page of the counters comes first, then what may be made behind it.
    onFrameSwapped: root.choosing = counters.item !== null

    Instantiator {
        model: root.model.keys
        delegate: Shortcut {
            required property string modelData
            sequence: modelData
            context: Qt.WindowShortcut
            autoRepeat: false
            // In a field Enter belongs to the field, on a plate to the plate.
            enabled: !["Return", "Enter"].includes(modelData) || (root.face.page === "counter" && !root.asking)
            onActivated: root.model.key(modelData)
        }
    }

    ColumnLayout {
        anchors.fill: parent
        spacing: 0
        enabled: !root.asking

        Band {
            visible: root.face.training
            tone: Tone.corr
            inkTone: Tone.corrEdge
            icon: "warn"
            text: "研修モード　本物の番号札は動きません　研修モード"
            centred: true
        }
        Loader {
            Layout.fillWidth: true
            active: root.face.page === "work"
            visible: active
            sourceComponent: HeadBar {
                model: root.model
                face: root.face
            }
        }
        AwayBand {
            visible: root.face.stale !== ""
            title: root.face.stale
            lines: root.face.away.lines
        }
        Band {
            visible: root.face.message !== ""
            tone: Tone.errTint
            inkTone: Tone.err
            icon: "info"
            text: root.face.message
        }
        Alerts {
            Layout.fillWidth: true
            Layout.fillHeight: false
            Layout.leftMargin: 16
            Layout.rightMargin: 16
            Layout.topMargin: 12
            visible: root.face.page !== "sign_in" && root.face.alerts.length + root.face.accepted.length > 0
            model: root.model
            face: root.face
        }
        Loader {
            Layout.fillWidth: true
            Layout.fillHeight: true
            active: root.face.page === "sign_in"
            visible: active
            sourceComponent: SignInPage {
                model: root.model
                face: root.face
            }
        }
        Loader {
            id: counters
            Layout.fillWidth: true
            Layout.fillHeight: true
            active: root.face.page === "counter" && root.face.seen
            visible: active
            sourceComponent: CounterPage {
                model: root.model
                face: root.face
            }
        }
        Loader {
            id: work
            Layout.fillWidth: true
            Layout.fillHeight: true
            // Made bit by bit while the clerk chooses a counter: at once it would hold up a frame.
            asynchronous: true
            onStatusChanged: root.model.hold(status === Loader.Loading)
            active: root.face.seen && (root.face.page === "work" || (root.face.page === "counter" && root.choosing))
            visible: root.face.page === "work"
            sourceComponent: WorkPage {
                model: root.model
                face: root.face
            }
        }
    }

    Loader {
        anchors.fill: parent
        active: root.asking
        sourceComponent: DialogSheet {
            model: root.model
            face: root.face
        }
    }
}
