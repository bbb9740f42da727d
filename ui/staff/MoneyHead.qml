import QtQuick
import QtQuick.Layouts
import "../kit/console"

// What a list is of, and how much there is of it.
RowLayout {
    id: head

    property alias text: name.text
    property alias count: amount.text

    Layout.fillWidth: true
    Layout.preferredHeight: 43
    spacing: 12

    Words {
        id: name
        strong: true
        font.pixelSize: 20
        Accessible.role: Accessible.Heading
    }
    Words {
        id: amount
        Layout.fillWidth: true
        strong: true
    }
}
