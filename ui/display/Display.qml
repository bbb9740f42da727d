pragma ComponentBehavior: Bound
import QtQuick
import QtQuick.Window
import "../kit/console"

// Read from 10 m. Drawn at 1920 × 1080 and scaled as a whole to the panel, so that nothing ever moves or wraps.
Window {
    id: root

    required property var model
    readonly property var face: root.model.state

    width: 1920
    height: 1080
    visible: true
    color: Tone.paper
    title: "呼出表示"

    Item {
        id: sheet
        width: 1920
        height: 1080
        anchors.centerIn: parent
        scale: Math.min(root.width / 1920, root.height / 1080)

        Words {
            visible: !root.face.ready
            anchors.centerIn: parent
            text: root.face.stale || "まもなく表示します"
            font.pixelSize: 64
            color: Tone.ink2
        }
        TopLine {
            visible: root.face.ready
            width: 1920
            height: 96
            face: root.face
        }
        Loader {
            id: main
            readonly property int groupsHeight: !root.face.wide && (root.face.groups ?? []).length > 4 ? 248 : root.face.wide ? 132 : 204
            active: root.face.ready
            x: 48
            y: 96
            width: 1824
            height: 952
            sourceComponent: Item {
                id: body
                readonly property bool wide: root.face.wide
                readonly property int footHeight: body.wide ? 96 : 112
                readonly property int gap: body.wide ? 24 : 20
                readonly property int upperHeight: height - main.groupsHeight - footHeight - 2 * gap

                Newest {
                    width: 1160
                    height: body.upperHeight
                    face: root.face
                }
                Recent {
                    x: 1184
                    width: 640
                    height: body.upperHeight
                    face: root.face
                }
                Groups {
                    y: body.upperHeight + body.gap
                    width: 1824
                    height: main.groupsHeight
                    face: root.face
                }
                Missed {
                    y: body.height - body.footHeight
                    width: root.face.notice === "" ? 1824 : 1160
                    height: body.footHeight
                    face: root.face
                }
                Row {
                    visible: root.face.notice !== ""
                    x: 1184
                    y: body.height - body.footHeight
                    height: body.footHeight
                    spacing: 24
                    Glyph {
                        anchors.verticalCenter: parent.verticalCenter
                        icon: "info"
                        tone: Tone.act
                        side: 56
                    }
                    Words {
                        width: 560
                        height: parent.height
                        text: root.face.notice ?? ""
                        font.pixelSize: 36
                        minimumPixelSize: 24
                        fontSizeMode: Text.Fit
                        wrapMode: Text.Wrap
                    }
                }
            }
        }
    }
}
