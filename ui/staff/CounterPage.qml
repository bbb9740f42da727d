pragma ComponentBehavior: Bound
import QtQuick
import QtQuick.Layouts
import "../kit/console"

// Which counter, and which groups it serves now.
Item {
    id: page

    required property var model
    required property var face
    readonly property var choice: page.face.counter_page

    ColumnLayout {
        anchors.fill: parent
        anchors.margins: 32
        spacing: 16

        RowLayout {
            Layout.fillWidth: true
            Words {
                text: "窓口をお選びください"
                strong: true
                font.pixelSize: 28
                Accessible.role: Accessible.Heading
            }
            Item {
                Layout.fillWidth: true
            }
            Words {
                text: page.face.head.who
                color: Tone.ink2
            }
            ConsolePlate {
                visible: (page.choice.roam ?? null) !== null
                control: page.choice.roam ?? ({})
                onChosen: id => page.model.press(id)
            }
            ConsolePlate {
                control: page.face.head.state
                onChosen: id => page.model.press(id)
            }
        }
        GridLayout {
            Layout.fillWidth: true
            columns: 6
            rowSpacing: 12
            columnSpacing: 12
            Repeater {
                model: page.choice.counters.length
                ConsolePlate {
                    required property int index
                    Layout.fillWidth: true
                    Layout.preferredWidth: 100
                    Layout.preferredHeight: 75
                    control: page.choice.counters[index] ?? ({})
                    noteBelow: true
                    textSize: 24
                    onChosen: id => page.model.press(id)
                }
            }
        }
        Words {
            Layout.topMargin: 16
            visible: page.choice.groups.length > 0
            text: "受け持つグループ（押すと外せます）"
            strong: true
            font.pixelSize: 20
            Accessible.role: Accessible.Heading
        }
        GridLayout {
            Layout.fillWidth: true
            columns: 4
            rowSpacing: 12
            columnSpacing: 12
            Repeater {
                model: page.choice.groups.length
                ConsolePlate {
                    required property int index
                    readonly property var group: page.choice.groups[index] ?? ({})
                    Layout.fillWidth: true
                    Layout.preferredWidth: 100
                    Layout.preferredHeight: 59
                    control: Object.assign({}, group, {
                        "icon": group.picked ? "check" : ""
                    })
                    textSize: 18
                    onChosen: id => page.model.press(id)
                }
            }
        }
        Item {
            Layout.fillHeight: true
        }
        ConsolePlate {
            Layout.fillWidth: true
            Layout.preferredHeight: 91
            control: page.choice.open
            go: true
            textSize: 32
            capSide: 30
            onChosen: id => page.model.press(id)
        }
    }
}
