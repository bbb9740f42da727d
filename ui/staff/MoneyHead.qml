pragma ComponentBehavior: Bound
import QtQuick
import QtQuick.Layouts
import "../kit/console"

// What a list is of, how much there is of it, and what stands in its place while there is nothing.
Item {
    id: head

    property alias text: name.text
    property string count: ""
    property string note: ""
    property var plate: null

    signal chosen(string id)

    Layout.fillWidth: true
    implicitHeight: 43 + (head.note ? 48 : 0)

    Words {
        id: name
        height: 43
        strong: true
        font.pixelSize: 20
        Accessible.role: Accessible.Heading
    }
    Words {
        x: name.width + 12
        height: 43
        text: head.count
        strong: true
        visible: text !== ""
    }
    Words {
        y: 43
        width: parent.width
        visible: text !== ""
        text: head.note
        color: Tone.ink2
        wrapMode: Text.Wrap
    }
    Loader {
        active: head.plate !== null
        anchors.right: parent.right
        sourceComponent: ConsolePlate {
            control: head.plate ?? ({})
            onChosen: id => head.chosen(id)
        }
    }
}
