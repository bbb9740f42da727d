pragma ComponentBehavior: Bound
import QtQuick
import QtQuick.Window
import "../kit/console"

// Read from 10 m. Drawn at 1920 × 1080 and scaled as a whole to the panel, so that nothing ever moves or wraps.
Window {
    id: root

    required property var model
    readonly property var face: root.model.state
    // Nothing is on its way any more; for whoever takes a picture.
    property bool settled: true

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
            visible: !root.face.ready && !root.face.listen
            anchors.centerIn: parent
            text: "まもなく表示します"
            font.pixelSize: 64
            color: Tone.ink2
        }
        Words {
            visible: !root.face.ready && text !== ""
            x: 48
            height: 96
            text: root.face.place ?? ""
            strong: true
            font.pixelSize: 40
        }
        Loader {
            active: root.face.listen !== undefined
            anchors.fill: parent
            sourceComponent: Listen {
                face: root.face
            }
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
                readonly property bool noticed: root.face.noticed ?? false
                // A single group needs half the width: the notice stands beside it and leaves the foot to the missed.
                readonly property bool beside: body.noticed && (root.face.single ?? false)
                readonly property int footHeight: body.noticed && !body.beside ? 124 : 112
                readonly property int gap: body.wide ? 24 : 20
                readonly property int upperHeight: height - main.groupsHeight - footHeight - 2 * gap

                Newest {
                    onSettledChanged: root.settled = settled
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
                    width: body.beside ? 1160 : 1824
                    height: main.groupsHeight
                    face: root.face
                }
                Missed {
                    y: body.height - body.footHeight
                    width: body.noticed && !body.beside ? 1160 : 1824
                    height: body.footHeight
                    face: root.face
                }
                News {
                    visible: body.noticed
                    x: 1184
                    y: body.beside ? body.upperHeight + body.gap : body.height - body.footHeight
                    width: 640
                    height: body.beside ? main.groupsHeight : body.footHeight
                    face: root.face
                }
            }
        }
    }
}
