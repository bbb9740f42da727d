pragma ComponentBehavior: Bound
import QtQuick
import QtQuick.Layouts
import "../kit/console"

// What rings every console until somebody goes.
ColumnLayout {
    id: alerts

    required property var model
    required property var face

    spacing: 4

    RowLayout {
        visible: alerts.face.alerts.length > 0
        spacing: 16
        Layout.fillWidth: true
        Layout.fillHeight: false

        Repeater {
            model: alerts.face.alerts.length
            Rectangle {
                id: alarm
                required property int index
                readonly property var alert: alerts.face.alerts[index] ?? ({})
                Layout.fillWidth: true
                Layout.fillHeight: true
                Layout.preferredWidth: 100
                implicitHeight: Math.max(60, inside.implicitHeight + 12)
                radius: 4
                color: Tone.careTint
                Accessible.role: Accessible.AlertMessage
                Accessible.name: (alarm.alert.title ?? "") + "　" + (alarm.alert.note ?? "")

                Rectangle {
                    width: 8
                    height: parent.height
                    radius: 4
                    color: Tone.care
                }
                RowLayout {
                    id: inside
                    anchors.fill: parent
                    anchors.leftMargin: 20
                    anchors.rightMargin: 12
                    spacing: 12

                    Glyph {
                        icon: alarm.alert.icon ?? ""
                        tone: Tone.care
                        side: 28
                    }
                    ColumnLayout {
                        Layout.fillWidth: true
                        spacing: 0
                        Words {
                            Layout.fillWidth: true
                            text: alarm.alert.title ?? ""
                            strong: true
                            wrapMode: Text.Wrap
                        }
                        Words {
                            Layout.fillWidth: true
                            text: alarm.alert.note ?? ""
                            font.pixelSize: 14
                            color: Tone.ink2
                            wrapMode: Text.Wrap
                        }
                    }
                    Steps {
                        visible: steps.length > 0
                        steps: alarm.alert.pictures ?? []
                        Layout.rightMargin: 12
                    }
                    Words {
                        text: alarm.alert.since ?? ""
                        strong: true
                    }
                    ConsolePlate {
                        control: alarm.alert.accept ?? ({})
                        onChosen: id => alerts.model.press(id)
                    }
                }
            }
        }
    }
    Flow {
        visible: alerts.face.accepted.length > 0
        spacing: 12
        Layout.fillWidth: true

        Repeater {
            model: alerts.face.accepted.length
            RowLayout {
                id: taken
                required property int index
                readonly property var line: alerts.face.accepted[taken.index] ?? ({})
                spacing: 8
                Glyph {
                    Layout.leftMargin: 12
                    icon: taken.line.icon ?? "check"
                    tone: Tone.ok
                    side: 20
                }
                Words {
                    text: taken.line.text ?? ""
                    color: Tone.ink2
                }
                ConsolePlate {
                    Layout.leftMargin: 8
                    visible: (taken.line.look ?? null) !== null
                    control: taken.line.look ?? ({})
                    onChosen: id => alerts.model.press(id)
                }
                ConsolePlate {
                    Layout.leftMargin: 8
                    visible: (taken.line.how ?? null) !== null
                    control: taken.line.how ?? ({})
                    onChosen: id => alerts.model.press(id)
                }
            }
        }
    }
    Words {
        visible: text !== ""
        text: alerts.face.more_alerts
        strong: true
        color: Tone.care
    }
}
