pragma ComponentBehavior: Bound
import QtQuick
import QtQuick.Layouts
import "../kit/console"

// One visitor, three keys, and the rest smaller.
ColumnLayout {
    id: panel

    required property var model
    required property var face
    readonly property var acts: panel.face.acts

    spacing: 12

    VisitPanel {
        Layout.fillWidth: true
        Layout.fillHeight: true
        model: panel.model
        face: panel.face
    }
    RowLayout {
        Layout.fillWidth: true
        spacing: 12

        ConsolePlate {
            Layout.fillWidth: true
            Layout.preferredWidth: panel.acts.two_stage ? 290 : 364
            Layout.preferredHeight: 115
            control: panel.acts.next
            go: true
            keyFirst: true
            noteBelow: true
            centred: false
            leftPadding: 22
            textSize: 36
            noteSize: 16
            capSide: 32
            onChosen: id => panel.model.press(id)
        }
        ConsolePlate {
            Layout.fillWidth: true
            Layout.preferredWidth: panel.acts.two_stage ? 136 : 182
            Layout.preferredHeight: 115
            control: panel.acts.recall
            keyFirst: true
            textSize: panel.acts.two_stage ? 20 : 26
            capSide: 32
            onChosen: id => panel.model.press(id)
        }
        ConsolePlate {
            visible: panel.acts.two_stage
            Layout.fillWidth: true
            Layout.preferredWidth: 176
            Layout.preferredHeight: 115
            control: panel.acts.ready
            keyFirst: true
            textSize: 20
            capSide: 32
            onChosen: id => panel.model.press(id)
        }
        ConsolePlate {
            Layout.fillWidth: true
            Layout.preferredWidth: panel.acts.two_stage ? 114 : 182
            Layout.preferredHeight: 115
            control: panel.acts.complete
            keyFirst: true
            textSize: panel.acts.two_stage ? 20 : 26
            capSide: 32
            onChosen: id => panel.model.press(id)
        }
    }
    RowLayout {
        Layout.fillWidth: true
        spacing: 10

        Repeater {
            model: panel.acts.second.length
            ConsolePlate {
                required property int index
                Layout.fillWidth: true
                Layout.preferredWidth: index === 3 ? 144 : 108
                Layout.preferredHeight: 59
                control: panel.acts.second[index] ?? ({})
                keyFirst: true
                leftPadding: 6
                rightPadding: 6
                onChosen: id => panel.model.press(id)
            }
        }
        ConsolePlate {
            Layout.fillWidth: true
            Layout.preferredWidth: 244
            Layout.preferredHeight: 59
            control: Object.assign({}, panel.acts.undo, {
                "label": panel.acts.undo.label + (panel.acts.undo.note ? "　" + panel.model.clock.undo : "")
            })
            keyFirst: true
            noteBelow: true
            leftPadding: 6
            rightPadding: 6
            onChosen: id => panel.model.press(id)
        }
    }
    Rectangle {
        Layout.fillWidth: true
        Layout.preferredHeight: 76
        radius: 8
        color: Tone.paper2

        RowLayout {
            anchors.fill: parent
            anchors.leftMargin: 16
            anchors.rightMargin: 16
            spacing: 20

            ColumnLayout {
                spacing: 0
                Words {
                    text: "次の方"
                    font.pixelSize: 14
                    color: Tone.ink2
                }
                Words {
                    text: panel.face.next.number || "—"
                    strong: true
                    font.pixelSize: 32
                    lineHeight: 1.0
                }
            }
            ColumnLayout {
                Layout.fillWidth: true
                spacing: 0
                Repeater {
                    model: Math.min(2, panel.face.next.why.length)
                    Words {
                        required property int index
                        Layout.fillWidth: true
                        text: panel.face.next.why[index] ?? ""
                        strong: index === 0
                        font.pixelSize: implicitWidth > 0 && text.length > 34 ? 14 : 15
                        wrapMode: Text.Wrap
                    }
                }
            }
            ConsolePlate {
                control: panel.face.why
                onChosen: id => panel.model.press(id)
            }
        }
    }
}
