package pack

import (
	"strings"
	"unicode"

	"golang.org/x/text/unicode/norm"

	"clarion.example/clarion/internal/errs"
)

// A trait is something that a person is rather than does, with the words that give a question about it away.
// Latin words match whole words, those with * as beginnings; Han words match anywhere. The lists are there to
// catch what slips in, in good faith or not; the inspector who approves a category reads what they miss.
type trait struct {
	name  string // the finding is pack.denied.<name>
	latin []string
	han   []string
}

// denied lists the traits that DESIGN 1 refuses, and the people around somebody, which say no more about
// what they did.
var denied = [...]trait{
	{"nationality", words(`nationalit*, citizenship*, citizen of, country of origin, country of birth, birthplace, place of birth,
		which country, what country, home country, foreigner*, foreign, from abroad, overseas, immigrant*, migrant*, expatriate*,
		expat*, alien*, accent*, mother tongue, native language, native speaker*, visa*`),
		words(`国籍, 國籍, 外国, 外國, 外籍, 老外, 洋人, 哪国, 哪國, 哪个国家, 哪個國家, 境外, 海外, 国外, 國外, 签证, 簽證, 移民, 侨民, 口音,
		母语, 母語, 籍贯, 籍貫, 出生地, 哪里人, 哪裡人, 华裔, 華裔`)},
	{"ethnicity", words(`ethnic*, race, races, racial*, skin colour*, skin color*, skin tone*, hair colour*, hair color*, tribe*, tribal,
		minority, minorities, caste*, uyghur*, uighur*, tibetan*`),
		words(`民族, 族裔, 族群, 种族, 種族, 人种, 人種, 肤色, 膚色, 发色, 汉族, 漢族, 维吾尔, 維吾爾, 维族, 藏族, 藏人, 回族, 蒙古族, 哈萨克`)},
	{"religion", words(`religio*, faith*, belief*, believer*, church*, mosque*, temple*, worship*, pray*, preach*, muslim*, islam*,
		christian*, catholic*, buddhis*, jew, jews, jewish, hindu*, atheis*`),
		words(`宗教, 信仰, 信教, 教徒, 信徒, 教会, 教會, 教堂, 清真, 寺庙, 礼拜, 禮拜, 祷告, 传教, 傳教, 穆斯林, 伊斯兰, 基督, 天主教, 佛教, 道教`)},
	{"politics", words(`politic*, ideolog*, party member*, party membership, opinion*, protest*, demonstrator*, demonstration*, petition*,
		activis*, dissident*, dissent*, trade union*, union member*, voted, voter*`),
		words(`政治, 党派, 黨派, 党员, 黨員, 立场, 立場, 观点, 觀點, 言论, 言論, 意识形态, 意識形態, 思想倾向, 思想傾向, 抗议, 抗議, 示威,
		游行, 遊行, 集会, 集會, 上访, 上訪, 信访, 异见, 異見, 维权, 工会`)},
	{"profession", words(`profession*, occupation*, job title*, employer*, workplace*, line of work, place of work, lawyer*, attorney*,
		teacher*, doctor, doctors, diplomat*, businessm*, businessw*, consultant*`),
		words(`职业, 職業, 职务, 職務, 职称, 職稱, 工种, 工種, 工作单位, 工作單位, 什么工作, 什麼工作, 从事什么, 從事什麼, 律师, 律師, 教师, 教師,
		老师, 老師, 医生, 醫生, 商人, 外交官, 顾问, 顧問`)},
	{"health", words(`health*, illness*, disease*, disabilit*, disabled person*, disabled people, is disabled, are disabled, handicap*, mental*, medical history, medical record*, medical condition*, diagnos*, pregnan*, hiv,
		addict*`),
		words(`健康, 疾病, 病史, 病历, 病歷, 患病, 残疾, 殘疾, 残障, 精神状况, 精神狀況, 精神病, 心理疾病, 怀孕, 懷孕, 体检, 體檢, 艾滋, 吸毒`)},
	{"sexuality", words(`sexual*, gay, gays, lesbian*, bisexual*, homosexual*, transgender*, transsexual*, queer, lgbt*, gender*, sex`),
		words(`性取向, 性倾向, 性傾向, 同性恋, 同性戀, 双性恋, 雙性戀, 跨性别, 跨性別, 变性, 變性, 性别, 性別`)},
	{"journalism", words(`journalis*, newspaper*, news media, media outlet*, correspondent*, editor, editors, press card*, the press, blogger*,
		vlogger*, influencer*`),
		words(`记者, 記者, 新闻, 新聞, 采访, 採訪, 媒体, 媒體, 报社, 報社, 编辑部, 撰稿, 博主, 自媒体, 自媒體`)},
	{"academic", words(`academic*, academia, scholar*, professor*, research*, universit*, student*, thesis, theses, conference*, symposi*,
		scientist*`),
		words(`学者, 學者, 教授, 研究员, 研究員, 学术, 學術, 科研, 论文, 論文, 留学, 留學, 大学, 大學, 高校, 学生, 學生, 研讨会, 研討會, 访学, 科学家`)},
	{"family", words(`family, families, relatives, kin, kinship, next of kin, spouse*, husband*, wife, wives, marital, married, marriage*,
		parent, parents, mother*, father*, brother*, sister*, son, sons, daughter*, in laws`),
		words(`家庭, 家属, 家屬, 家人, 家族, 亲属, 親屬, 亲戚, 親戚, 亲人, 配偶, 丈夫, 妻子, 老公, 老婆, 父母, 父亲, 母亲, 子女, 儿子, 女儿, 婚姻, 已婚, 未婚`)},
	{"identity", words(`id number*, id card*, id no, identity card*, identity number*, identity document*, identification number*, passport*,
		social security, date of birth, birth date*, birthday*, national insurance, driving licence*, driver s license*, licence plate*,
		license plate*, fingerprint*, face photo*`),
		words(`身份证, 身份證, 身分证, 证件号, 證件號, 证件号码, 护照, 護照, 社保号, 出生日期, 出生年月, 生日, 户口, 戶口, 户籍, 戶籍, 驾驶证, 车牌, 車牌,
		指纹, 指紋, 人脸, 人臉`)},
	{"friends", words(`friend*, acquaintance*, associates, social circle*, social contacts, whom they know, who they know`),
		words(`交友, 朋友, 社会关系, 社會關係, 人际关系, 人際關係, 社交圈, 交往对象, 交往的人, 来往的人`)},
}

func words(list string) []string {
	var out []string
	for w := range strings.SplitSeq(list, ",") {
		out = append(out, strings.TrimSpace(w))
	}
	return out
}

// traits refuses a text that turns on what somebody is.
func (c *checker) traits(path string, t Text) {
	for lang, s := range t {
		c.traitsIn(path+"."+lang, s)
	}
}

func (c *checker) traitsIn(path, s string) {
	latin, han := folded(s)
	for _, d := range denied {
		if word, ok := d.in(latin, han); ok {
			c.add(path, "pack.denied."+d.name, errs.Args{"Word": word})
		}
	}
}

// in returns the first word of the list that the text holds.
func (d trait) in(latin, han string) (word string, ok bool) {
	for _, w := range d.latin {
		stem, open := strings.CutSuffix(w, "*")
		if (open && strings.Contains(latin, " "+stem)) || (!open && strings.Contains(latin, " "+w+" ")) {
			return stem, true
		}
	}
	for _, w := range d.han {
		if strings.Contains(han, w) {
			return w, true
		}
	}
	return "", false
}

// folded gives a text as lower-case Latin words between single spaces, and as its Han characters with nothing
// but other words and punctuation between them, so that width, case, hyphens and spaces hide nothing.
func folded(s string) (latin, han string) {
	var l, h strings.Builder
	l.WriteByte(' ')
	gap := true
	for _, r := range strings.ToLower(norm.NFKC.String(s)) {
		switch {
		case unicode.Is(unicode.Cf, r):
			continue
		case unicode.Is(unicode.Han, r):
			h.WriteRune(r)
		case unicode.IsLetter(r) || unicode.IsDigit(r) || unicode.Is(unicode.M, r):
			l.WriteRune(r)
			h.WriteByte(' ')
			gap = false
			continue
		case !unicode.IsSpace(r) && r != '-' && r != '_' && r != '·':
			h.WriteByte(' ')
		}
		if !gap {
			l.WriteByte(' ')
			gap = true
		}
	}
	l.WriteByte(' ')
	return l.String(), h.String()
}
