pragma ComponentBehavior: Bound
import QtQuick

// A line icon in the colour of the words beside it, which say the same.
Image {
    required property var modelData

    x: modelData.x
    y: modelData.y
    width: modelData.side
    height: modelData.side
    sourceSize: Qt.size(modelData.side, modelData.side)
    source: "image://icons/" + modelData.icon + "/" + modelData.tone
    Accessible.ignored: true
}
