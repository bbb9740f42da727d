pragma ComponentBehavior: Bound
import QtQuick
import QtQuick.Layouts

// Left who is to pay and what was taken, right the claims that nobody has settled.
RowLayout {
    id: pay

    required property var model
    required property var money
    readonly property var sales: pay.money.sales ?? []
    readonly property var words: pay.money.words ?? []
    readonly property var claims: pay.money.claims ?? []

    spacing: 24

    ColumnLayout {
        Layout.fillWidth: true
        Layout.fillHeight: true
        Layout.preferredWidth: 700
        spacing: 6

        MoneyHead {
            text: "窓口でお支払いの方"
            count: pay.money.sales_count ?? ""
            note: pay.money.sales_note ?? ""
        }
        ListView {
            id: list
            readonly property int fit: Math.max(1, Math.min(count, Math.floor((pay.height - 250) / 56)))
            Layout.fillWidth: true
            Layout.preferredHeight: list.fit * 56
            visible: count > 0
            snapMode: ListView.SnapToItem
            clip: true
            cacheBuffer: 0
            model: pay.sales.length
            boundsBehavior: Flickable.StopAtBounds
            Accessible.role: Accessible.Table
            Accessible.name: "窓口でお支払いの方"
            delegate: MoneyLine {
                required property int index
                width: ListView.view.width
                model: pay.model
                row: pay.sales[index] ?? ({})
                large: true
            }
        }
        MoneyHead {
            text: "受け取った代金"
            note: pay.money.words_note ?? ""
        }
        Item {
            Layout.fillWidth: true
            Layout.fillHeight: true
            ListView {
                width: parent.width
                height: Math.floor(parent.height / 56) * 56
                snapMode: ListView.SnapToItem
                clip: true
                cacheBuffer: 0
                model: pay.words.length
                boundsBehavior: Flickable.StopAtBounds
                activeFocusOnTab: true
                Accessible.role: Accessible.Table
                Accessible.name: "受け取った代金"
                delegate: MoneyLine {
                    required property int index
                    width: ListView.view.width
                    model: pay.model
                    row: pay.words[index] ?? ({})
                }
            }
        }
    }
    ColumnLayout {
        Layout.fillWidth: true
        Layout.fillHeight: true
        Layout.preferredWidth: 524
        spacing: 6

        MoneyHead {
            text: "返金引換票"
            count: pay.money.claims_count ?? ""
            note: pay.money.claims_note ?? ""
            plate: pay.money.find ?? null
            onChosen: id => pay.model.press(id)
        }
        Item {
            Layout.fillWidth: true
            Layout.fillHeight: true
            ListView {
                width: parent.width
                height: Math.floor(parent.height / 56) * 56
                snapMode: ListView.SnapToItem
                clip: true
                cacheBuffer: 0
                model: pay.claims.length
                boundsBehavior: Flickable.StopAtBounds
                activeFocusOnTab: true
                Accessible.role: Accessible.Table
                Accessible.name: "返金引換票"
                delegate: MoneyClaim {
                    required property int index
                    width: ListView.view.width
                    claim: pay.claims[index] ?? ({})
                    onChosen: id => pay.model.press(id)
                }
            }
        }
    }
}
