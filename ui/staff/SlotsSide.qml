pragma ComponentBehavior: Bound
import QtQuick
import QtQuick.Layouts
import "../kit/console"

// Beside the timetable: what may be tried with one touch, and the day in figures or what the change would do.
Rectangle {
    id: box

    required property var model
    required property var side
    readonly property var plans: box.side.plans ?? []
    readonly property bool tried: box.side.kind === "tried"
    property var day: ({})
    property var effect: ({})

    // Each keeps what it shows while the other one is seen: only one of them is laid out anew.
    onSideChanged: {
        if (box.tried)
            box.effect = box.side;
        else
            box.day = box.side;
    }
    onTriedChanged: if (!box.tried)
        after.start()

    // What was tried is put away a little later: with what comes in its place it would hold up a frame.
    Timer {
        id: after
        interval: 50
    }

    radius: 8
    color: Tone.paper2

    ColumnLayout {
        anchors.fill: parent
        anchors.margins: 16
        spacing: 8

        Repeater {
            model: 3
            GridLayout {
                id: plan
                required property int index
                readonly property var line: box.plans[plan.index] ?? ({})
                readonly property var controls: plan.line.controls ?? []
                property int most: 0
                // As many as were ever wanted: to make them anew after something was tried would hold up a frame.
                onControlsChanged: plan.most = Math.max(plan.most, plan.controls.length)
                Layout.fillWidth: true
                visible: plan.index < box.plans.length
                columns: plan.line.large ? 1 : 2
                rowSpacing: 4
                columnSpacing: 10
                Words {
                    Layout.preferredWidth: 64
                    Layout.fillWidth: plan.line.large ?? false
                    text: plan.line.name ?? ""
                    strong: true
                    font.pixelSize: plan.line.large ? 20 : 16
                    wrapMode: Text.Wrap
                    Accessible.role: Accessible.Heading
                }
                RowLayout {
                    Layout.fillWidth: true
                    spacing: 6
                    Repeater {
                        model: plan.most
                        ConsolePlate {
                            required property int index
                            visible: index < plan.controls.length
                            Layout.fillWidth: true
                            Layout.preferredWidth: 60
                            implicitHeight: plan.line.noted ? 55 : 39
                            leftPadding: 4
                            rightPadding: 4
                            noteBelow: plan.line.noted ?? false
                            control: plan.controls[index] ?? ({})
                            onChosen: id => box.model.press(id)
                        }
                    }
                }
            }
        }
        Rectangle {
            Layout.fillWidth: true
            visible: box.plans.length > 0
            implicitHeight: 1
            color: Tone.rule
        }
        SlotsDaySide {
            Layout.fillWidth: true
            Layout.fillHeight: true
            visible: box.side.kind === "day"
            model: box.model
            side: box.day
        }
        Loader {
            Layout.fillWidth: true
            Layout.fillHeight: true
            active: box.tried || after.running
            visible: box.tried
            sourceComponent: SlotsEffect {
                model: box.model
                side: box.effect
            }
        }
    }
}
