package pack_test

import (
	"strings"
	"testing"

	"clarion.example/clarion/internal/pack"
)

// Each of these asks what somebody is. None may be asked, offered as an answer, or given as a reason to report.
var aboutPeople = map[string][]string{
	"nationality": {"What is the person’s nationality?", "Which country are they from?", "Does the person have a foreign accent?",
		"对方是哪国人？", "对方的国籍是什么？", "有外国人在附近走动", "他是不是有海外背景？", "對方的國籍是什麼？"},
	"ethnicity":  {"What race is the person?", "Skin-colour of the person", "对方是什么民族？", "那个人的肤色"},
	"religion":   {"Is the person religious?", "Do they go to a CHURCH?", "ｍｕｓｌｉｍ", "他信仰什么？", "常去教堂", "信 仰"},
	"politics":   {"What are their political opinions?", "Has the person joined a protest?", "他的政治面貌", "参加过游行吗？"},
	"profession": {"What is the person’s occupation?", "Who is their employer?", "对方的职业是什么？", "他在什么工作单位？"},
	"health":     {"Does the person have an illness?", "Is the person disabled? Is disabled", "他的精神状况怎样？"},
	"sexuality":  {"Is the person gay?", "Gender", "对方的性别", "他的性取向"},
	"journalism": {"Is the person a journalist?", "有记者来采访", "他是自媒体博主吗？"},
	"academic":   {"Does the person do research at a university?", "有学者来开研讨会", "他的论文"},
	"family":     {"Name the person’s relatives", "Is she married?", "他的家庭情况", "他妻子的姓名"},
	"identity":   {"Passport-number", "Date of birth of the person", "对方的身份证号", "他的车牌"},
	"friends":    {"Who are the person’s friends?", "他的社会关系", "他和哪些人交朋友？"},
}

func TestNothingAsksWhoSomebodyIs(t *testing.T) {
	t.Parallel()
	places := map[string]string{
		"questions[0].label.en":            "en: How did they go about it?",
		"questions[0].hint.en":             "en: You can choose several.",
		"questions[0].options[0].label.en": "en: Paid money or gave favours",
		"reportable[0].en":                 "en: Someone pays you by the page to photograph classified papers",
		"elements[1].en":                   "en: Someone pays, gives a favour, presses or deceives",
	}
	for name, texts := range aboutPeople {
		for _, text := range texts {
			for path, old := range places {
				if path != "questions[0].label.en" && text != texts[0] {
					continue
				}
				fsys := sound(t)
				spoil(t, fsys, docs, old, "en: \""+text+"\"")
				found := pack.Check(fsys)
				ok := false
				for _, f := range found {
					ok = ok || f.Key == "pack.denied."+name && f.Path == path && f.Args["Word"] != ""
				}
				if !ok {
					t.Errorf("%q at %s: want %s, got %v", text, path, name, found)
				}
			}
		}
	}
	for _, tc := range []struct{ old, now, path string }{
		{"- id: offer", "- id: nationality", "questions[1].id"},
		{"      - id: pay\n", "      - id: foreign-friend\n", "questions[0].options[0].id"},
	} {
		fsys := sound(t)
		spoil(t, fsys, docs, tc.old, tc.now)
		if found := pack.Check(fsys); !strings.Contains(pack.Faults(found).Error(), tc.path+": “") {
			t.Errorf("%s: %v", tc.now, found)
		}
	}
}

// What cannot be reported must be able to say so.
func TestWhatIsNotReportableMayNameTraits(t *testing.T) {
	t.Parallel()
	for _, texts := range aboutPeople {
		for _, text := range texts {
			fsys := sound(t)
			spoil(t, fsys, docs, "en: A scholar attends meetings or uses published data", "en: \""+text+"\"")
			if found := pack.Check(fsys); len(found) > 0 {
				t.Errorf("%q: %v", text, found)
			}
		}
	}
}

// Ordinary words that hold a listed one inside must pass: a list that cries wolf gets switched off.
func TestOrdinaryWordsPass(t *testing.T) {
	t.Parallel()
	for _, text := range []string{
		"Someone posed as a person of authority", "The embrace of a template", "The machine was disabled at a hospital",
		"They pressed for a password", "A conversation in a place of assembly", "中国，外面下雨", "他把门禁卡交给了别人",
		"有人冒充检查人员", "文件放在会议室", "医院的设备", "Essex Road", "the traces were erased", "reasons and seasons",
	} {
		fsys := sound(t)
		spoil(t, fsys, docs, "en: How did they go about it?", "en: \""+text+"\"")
		if found := pack.Check(fsys); len(found) > 0 {
			t.Errorf("%q: %v", text, found)
		}
	}
}
