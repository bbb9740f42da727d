pragma ComponentBehavior: Bound
import QtQuick
import QtQuick.Layouts
import "../kit/console"

// The house at a glance, and what touches many at once.
RowLayout {
    id: panel

    required property var model
    required property var face
    readonly property var leader: panel.face.leader

    spacing: 24

    ColumnLayout {
        Layout.fillWidth: true
        Layout.preferredWidth: 640
        Layout.alignment: Qt.AlignTop
        spacing: 8

        RowLayout {
            Layout.fillWidth: true
            spacing: 12
            Repeater {
                model: panel.leader.acts.length
                ConsolePlate {
                    required property int index
                    Layout.fillWidth: true
                    Layout.preferredWidth: 200
                    Layout.preferredHeight: 67
                    control: panel.leader.acts[index] ?? ({})
                    keyFirst: true
                    textSize: 20
                    capSide: 30
                    onChosen: id => panel.model.press(id)
                }
            }
        }
        ConsolePlate {
            Layout.fillWidth: true
            Layout.preferredHeight: 55
            control: panel.leader.restore
            keyFirst: true
            noteBelow: true
            onChosen: id => panel.model.press(id)
        }
        Words {
            Layout.topMargin: 6
            text: "休止中"
            strong: true
            font.pixelSize: 20
            Accessible.role: Accessible.Heading
        }
        Words {
            visible: panel.leader.closed.length === 0
            text: "休止しているものはありません"
            color: Tone.ink2
        }
        Repeater {
            model: panel.leader.closed.length
            UntilLine {
                required property int index
                Layout.fillWidth: true
                model: panel.model
                entry: panel.leader.closed[index] ?? ({})
            }
        }
        Words {
            Layout.topMargin: 6
            text: "お知らせ"
            strong: true
            font.pixelSize: 20
            Accessible.role: Accessible.Heading
        }
        Words {
            visible: panel.leader.notices.length === 0
            text: "出しているお知らせはありません"
            color: Tone.ink2
        }
        Repeater {
            model: panel.leader.notices.length
            UntilLine {
                required property int index
                Layout.fillWidth: true
                model: panel.model
                entry: panel.leader.notices[index] ?? ({})
            }
        }
        Words {
            Layout.topMargin: 6
            visible: panel.leader.hub.length > 0
            text: "ハブ"
            strong: true
            font.pixelSize: 20
            Accessible.role: Accessible.Heading
        }
        Repeater {
            model: panel.leader.hub.length
            UntilLine {
                required property int index
                Layout.fillWidth: true
                model: panel.model
                entry: panel.leader.hub[index] ?? ({})
            }
        }
    }
    ColumnLayout {
        Layout.fillWidth: true
        Layout.preferredWidth: 560
        Layout.alignment: Qt.AlignTop
        spacing: 10

        TableLine {
            Layout.fillWidth: true
            heading: true
            cells: ["グループ", "お待ち", "最長", "開いている窓口"]
            widths: [0, 60, 60, 130]
            atRight: [false, true, true, true]
        }
        Repeater {
            model: panel.leader.groups.length
            TableLine {
                required property int index
                readonly property var row: panel.leader.groups[index] ?? ({})
                Layout.fillWidth: true
                Layout.topMargin: -10
                letter: row.letter ?? ""
                cells: row.cells ?? []
                widths: [0, 60, 60, 130]
                atRight: [false, true, true, true]
            }
        }
        Words {
            Layout.topMargin: 6
            text: "窓口"
            strong: true
            font.pixelSize: 20
            Accessible.role: Accessible.Heading
        }
        GridLayout {
            Layout.fillWidth: true
            columns: 6
            rowSpacing: 8
            columnSpacing: 8
            Repeater {
                model: panel.leader.counters.length
                Rectangle {
                    id: other
                    required property int index
                    readonly property var counter: panel.leader.counters[index] ?? ({})
                    Layout.fillWidth: true
                    Layout.preferredWidth: 60
                    implicitHeight: 44
                    radius: 8
                    color: other.counter.open ? Tone.actTint : Tone.paper2
                    Accessible.role: Accessible.StaticText
                    Accessible.name: (other.counter.name ?? "") + "　" + (other.counter.text ?? "")
                    Column {
                        anchors.centerIn: parent
                        Words {
                            anchors.horizontalCenter: parent.horizontalCenter
                            text: other.counter.name ?? ""
                            font.pixelSize: 14
                            lineHeight: 0.9
                            Accessible.ignored: true
                        }
                        Words {
                            anchors.horizontalCenter: parent.horizontalCenter
                            text: other.counter.text ?? ""
                            strong: other.counter.busy ?? false
                            font.pixelSize: 14
                            lineHeight: 0.9
                            Accessible.ignored: true
                        }
                    }
                }
            }
        }
    }
}
