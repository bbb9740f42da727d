pragma ComponentBehavior: Bound
import QtQuick

// Everything pressable on a console: white or blue plate, dark edge, a lip 3 px lower, its key on it.
Press {
    id: plate

    property var control: ({})
    property bool go: false
    property bool keyFirst: false
    property int textSize: 16
    property int noteSize: 14
    property int capSide: 24
    property int iconSide: 20
    property bool noteBelow: false
    property bool centred: true
    property int lip: 3
    property real leftPadding: 12
    property real rightPadding: 12
    property color restTone: Tone.ink
    property string note: plate.control.note ?? ""
    readonly property string key: plate.control.key ?? ""
    readonly property string condition: plate.control.state ?? "open"
    readonly property bool picked: plate.control.picked ?? false
    readonly property bool raised: plate.condition === "open" && !plate.down
    readonly property color tone: plate.condition === "off" ? Tone.ink2
        : plate.condition === "busy" || plate.picked ? Tone.act
        : plate.go ? "white" : plate.restTone

    signal chosen(string id)

    enabled: condition === "open"
    implicitHeight: 43
    implicitWidth: inside.implicitWidth + leftPadding + rightPadding
    readonly property string text: plate.condition === "busy" ? qsTr("送信中") : (plate.control.label ?? "")
    Accessible.role: Accessible.Button
    Accessible.name: (plate.control.spoken ?? plate.control.label ?? "") + (plate.note ? "　" + plate.note : "")
    Accessible.description: plate.control.why ? plate.control.why : plate.key !== "" ? qsTr("キー %1").arg(plate.key) : ""
    Accessible.checkable: plate.control.picked !== undefined
    Accessible.checked: plate.picked
    onClicked: plate.chosen(plate.control.id)

    Loader {
        active: plate.activeFocus
        anchors.fill: parent
        anchors.margins: -5
        sourceComponent: Rectangle {
            radius: 12
            color: Tone.focus
            border.color: "black"
            border.width: 3
        }
    }
    Rectangle {
        visible: plate.raised
        y: plate.lip
        width: parent.width
        height: parent.height - plate.lip
        radius: 8
        color: plate.go ? Tone.actEdge : plate.picked ? Tone.act : Tone.edge
    }
    Rectangle {
        y: plate.down ? plate.lip : 0
        width: parent.width
        height: parent.height - plate.lip
        radius: 8
        color: plate.condition === "off" ? Tone.paper2
            : plate.condition === "busy" || plate.picked ? Tone.actTint
            : plate.go ? (plate.down ? Tone.actPress : Tone.act)
            : plate.down ? Tone.actTint : Tone.surface
        border.width: plate.condition === "off" ? 0 : 2
        border.color: plate.condition === "busy" || plate.picked || plate.go ? Tone.act : Tone.edge
    }
    Item {
        id: room
        x: plate.leftPadding
        y: plate.down ? plate.lip : 0
        width: plate.width - plate.leftPadding - plate.rightPadding
        height: plate.height - plate.lip - y

        Row {
            id: inside
            spacing: 8
            anchors.verticalCenter: parent.verticalCenter
            x: plate.centred ? Math.max(0, Math.round((room.width - implicitWidth) / 2)) : 0

            Loader {
                anchors.verticalCenter: parent.verticalCenter
                active: plate.keyFirst && plate.key !== ""
                visible: active
                sourceComponent: cap
            }
            Loader {
                anchors.verticalCenter: parent.verticalCenter
                active: (plate.control.icon ?? "") !== ""
                visible: active
                sourceComponent: Glyph {
                    icon: plate.control.icon ?? ""
                    tone: plate.tone
                    side: plate.iconSide
                }
            }
            Column {
                anchors.verticalCenter: parent.verticalCenter
                // Else the key stands at the other end.
                width: plate.centred ? Math.ceil(implicitWidth) : room.width - x - (last.active ? last.width + inside.spacing : 0)

                Words {
                    text: plate.text
                    strong: true
                    font.pixelSize: plate.textSize
                    color: plate.tone
                    lineHeight: 1.15
                    Accessible.ignored: true
                }
                Loader {
                    id: below
                    active: plate.noteBelow && plate.note !== ""
                    visible: active
                    width: plate.centred ? implicitWidth : parent.width
                    sourceComponent: Words {
                        width: plate.centred ? implicitWidth : below.width
                        text: plate.note
                        font.pixelSize: plate.noteSize
                        wrapMode: plate.centred ? Text.NoWrap : Text.Wrap
                        lineHeight: 0.9
                        color: plate.tone
                        Accessible.ignored: true
                    }
                }
            }
            Loader {
                id: last
                anchors.verticalCenter: parent.verticalCenter
                active: !plate.keyFirst && plate.key !== ""
                visible: active
                sourceComponent: cap
            }
        }
    }

    // What most plates do not have is made when it is wanted: there are a hundred plates on a console.
    Component {
        id: cap
        KeyCap {
            text: plate.key
            tone: plate.tone
            side: plate.capSide
        }
    }
}
