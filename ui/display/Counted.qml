pragma ComponentBehavior: Bound
import QtQuick

// A figure with its unit smaller beside it.
Row {
    id: counted

    property string value: ""
    property string unit: ""
    property int size: 46

    Figure {
        id: amount
        text: counted.value
        strong: true
        font.pixelSize: counted.size
        lineHeight: 0.95
    }
    Figure {
        visible: text !== ""
        anchors.baseline: amount.baseline
        text: counted.unit
        strong: true
        font.pixelSize: 30
    }
}
