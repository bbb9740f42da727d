pragma ComponentBehavior: Bound
import QtQuick
import QtQuick.Layouts
import "../kit/console"

// Who waited over the day, a bar for each quarter of an hour; its sentence says the same.
ColumnLayout {
    id: plot

    property var curve: ({})
    readonly property var bars: plot.curve.bars ?? []

    spacing: 4
    Accessible.role: Accessible.Graphic
    Accessible.name: plot.curve.spoken ?? ""

    RowLayout {
        Layout.fillWidth: true
        Words {
            text: "お待ちの方の動き"
            strong: true
            Accessible.ignored: true
        }
        Words {
            Layout.fillWidth: true
            text: plot.curve.note ?? ""
            color: Tone.ink2
            horizontalAlignment: Text.AlignRight
            Accessible.ignored: true
        }
    }
    Rectangle {
        id: ground
        Layout.fillWidth: true
        Layout.fillHeight: true
        radius: 8
        color: Tone.paper2

        Row {
            anchors.fill: parent
            anchors.leftMargin: 16
            anchors.rightMargin: 16
            anchors.topMargin: 22
            anchors.bottomMargin: 24

            Repeater {
                model: plot.bars.length
                Item {
                    id: bar
                    required property int index
                    readonly property var value: plot.bars[index] ?? ({})
                    readonly property bool highest: (value.share ?? 0) === 1
                    width: parent.width / Math.max(40, plot.bars.length)
                    height: parent.height

                    Rectangle {
                        anchors.bottom: parent.bottom
                        width: Math.max(1, parent.width - 3)
                        height: Math.max(1, parent.height * (bar.value.share ?? 0))
                        color: Tone.act
                    }
                    Words {
                        visible: bar.highest
                        y: -20
                        text: bar.value.count ?? ""
                        strong: true
                        font.pixelSize: 14
                        Accessible.ignored: true
                    }
                    Words {
                        y: parent.height + 2
                        text: bar.value.clock ?? ""
                        font.pixelSize: 14
                        color: Tone.ink2
                        Accessible.ignored: true
                    }
                }
            }
        }
    }
}
