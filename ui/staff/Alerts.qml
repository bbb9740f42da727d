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

        Repeater {
            model: alerts.face.alerts.length
            Rectangle {
                id: alarm
                required property int index
                readonly property var alert: alerts.face.alerts[index] ?? ({})
                Layout.fillWidth: true
                Layout.preferredWidth: 100
                implicitHeight: 60
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
                        }
                        Words {
                            Layout.fillWidth: true
                            text: alarm.alert.note ?? ""
                            font.pixelSize: 14
                            color: Tone.ink2
                        }
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
    RowLayout {
        visible: alerts.face.accepted.length > 0
        spacing: 24

        Repeater {
            model: alerts.face.accepted.length
            RowLayout {
                id: taken
                required property int index
                readonly property var line: alerts.face.accepted[taken.index] ?? ({})
                spacing: 8
                Glyph {
                    Layout.leftMargin: 12
                    icon: "check"
                    tone: Tone.ok
                    side: 20
                }
                Words {
                    text: taken.line.text ?? ""
                    color: Tone.ink2
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
