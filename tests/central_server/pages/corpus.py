"""What people may type, and the procedure that has to be the first, or among the first three where it begins with ~.
In the way of real questions: sentences, kana, slips of the finger, other languages, half words."""

from __future__ import annotations

QUERIES = """
引っ越し                              move-in
ひっこし                              move-in
引越し                                move-in
引越                                  move-in
ヒッコシ                              move-in
ﾋｯｺｼ                                  move-in
ひつこし                              move-in
引っ越ししました                      move-in
引っ越しの手続きがしたいです          move-in
他の市から引っ越してきました          move-in
住所変更                              move-in
住所を変えたい                        move-in
転入                                  move-in
転入届                                move-in
てんにゅうとどけ                      move-in
てんにゅう                            move-in
転入の届                              move-in
市内で引っ越し                        move-within
転居届                                move-within
てんきょとどけ                        move-within
世帯主変更                            move-within
転出                                  move-out
転出届を出したい                      move-out
転出証明書                            move-out
海外へ引っ越す                        ~move-out
住民票                                resident-record-copy
じゅうみんひょう                      resident-record-copy
じゅみんひょう                        resident-record-copy
住民票がほしい                        resident-record-copy
住民票の写し                          resident-record-copy
住民票を取りたいのですが              resident-record-copy
印鑑証明                              seal-certificate
いんかんしょうめい                    seal-certificate
印鑑登録証明書                        seal-certificate
印鑑登録                              seal-registration
実印を登録したい                      seal-registration
ハンコ                                seal-registration
戸籍謄本                              family-register-certificate
こせきとうほん                        family-register-certificate
戸籍                                  ~family-register-certificate
相続                                  family-register-certificate
本籍が遠い                            family-register-elsewhere
所得証明書                            income-tax-certificate
課税証明                              income-tax-certificate
非課税証明書をください                income-tax-certificate
かぜいしょうめいしょ                  income-tax-certificate
税                                    income-tax-certificate
独身証明書                            other-certificates
結婚                                  family-register-notice
婚姻届                                family-register-notice
こんいんとどけ                        family-register-notice
入籍                                  family-register-notice
離婚届                                family-register-notice
子供が生まれた                        ~family-register-notice
こどもがうまれました                  ~family-register-notice
出生届                                family-register-notice
赤ちゃんが生まれました                ~family-register-notice
父が亡くなった                        bereavement
おくやみ                              bereavement
お悔やみ                              bereavement
死亡届                                bereavement
マイナンバーカード                    ~card-application
マイナンバー カード 作りたい          card-application
マイナカード                          ~card-application
カードを受け取る                      card-pickup
はがきが届いた                        card-pickup
電子証明書の更新                      card-certificate-renewal
でんししょうめいしょ                  card-certificate-renewal
有効期限                              card-certificate-renewal
暗証番号を忘れた                      card-pin-reset
あんしょうばんごう                    card-pin-reset
パスワードを忘れた                    card-pin-reset
ロックされた                          card-pin-reset
カードをなくした                      card-lost
カードを失くしました                  card-lost
紛失                                  ~card-lost
国民健康保険                          health-insurance-change
国保                                  health-insurance-change
こくほ                                health-insurance-change
会社を辞めた                          health-insurance-change
保険証がほしい                        health-insurance-change
保険料が払えない                      health-insurance-premium
高額療養費                            medical-benefits
こうがくりょうようひ                  medical-benefits
後期高齢者                            late-elderly-insurance
年金                                  national-pension
国民年金の免除                        pension-exemption
学生納付特例                          pension-exemption
年金が払えない                        pension-exemption
児童手当                              child-allowance
じどうてあて                          child-allowance
じどうてあ                            child-allowance
子ども手当                            child-allowance
保育園                                childcare-admission
ほいくえん                            childcare-admission
保育所に入りたい                      childcare-admission
母子手帳                              maternity-handbook
妊娠しました                          maternity-handbook
にんしん                              maternity-handbook
子どもの医療費                        child-medical
ひとり親                              single-parent
母子家庭                              single-parent
介護保険                              long-term-care
かいご                                long-term-care
親の介護                              ~senior-consultation
障害者手帳                            disability-handbook
しょうがいしゃてちょう                disability-handbook
車いす                                disability-services
認知症                                senior-consultation
生活保護                              living-support
お金がない                            living-support
家賃が払えない                        living-support
moving                                move-in
i moved                               move-in
moved here from abroad                move-in
change of address                     move-in
move out                              move-out
resident record                       resident-record-copy
residnet record                       resident-record-copy
juminhyo                              resident-record-copy
inkan                                 ~seal-certificate
family register                       ~family-register-certificate
tax certificate                       income-tax-certificate
marriage                              family-register-notice
my baby was born                      ~family-register-notice
lost my card                          card-lost
I lost my My Number card              card-lost
forgot my PIN                         card-pin-reset
my number card                        ~card-application
health insurance                      health-insurance-change
healt insurance                       health-insurance-change
pension                               national-pension
nursery                               childcare-admission
pregnant                              maternity-handbook
disability                            ~disability-handbook
welfare                               living-support
搬家                                  move-in
迁入                                  move-in
住民票的复印件                        resident-record-copy
结婚                                  family-register-notice
密码                                  card-pin-reset
健康保险                              health-insurance-change
怀孕                                  maternity-handbook
이사                                  move-in
주민표                                resident-record-copy
결혼                                  family-register-notice
비밀번호                              card-pin-reset
건강보험                              health-insurance-change
임신                                  maternity-handbook
chuyển nhà                            move-in
chuyen nha                            move-in
kết hôn                               family-register-notice
quên mật khẩu                         card-pin-reset
bảo hiểm y tế                         health-insurance-change
bao hiem                              health-insurance-change
mang thai                             maternity-handbook
"""
NOTHING = ("", "   ", "ん", "あああああああああ", "zzzzqq", "🦊🦊🦊", "の", "。。。", "1234567890", "ラーメン", "pizza")
"""Nothing at all is better than anything."""


def cases() -> list[tuple[str, str, int]]:
    """Question, service, and how far down it may stand."""
    found = []
    for line in QUERIES.strip().splitlines():
        query, _, service = line.rstrip().rpartition(" ")
        found.append((query.strip(), service.removeprefix("~"), 3 if service.startswith("~") else 1))
    return found
