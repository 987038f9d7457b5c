/**
 * Short common English words, such as are one token each in the usual BPE vocabularies, so that a text of n words has n
 * tokens. Which ones are is found out for each tokenizer (vocabulary.ts); in the fixture's, which was trained on them, all.
 */
export const words: readonly string[] =
  `able about above across act add after again age ago air all almost alone along also always among and animal another
answer any area arm army around art ask away baby back bad bag ball bank base bath beach bear beat bed been before begin
behind believe best better between big bill bird bit black block blood blow blue board boat body book born both box boy
brain bread break bring brother brown build burn bus business busy buy call came camp can car card care carry case cat
catch cause center century certain chair chance change charge check child choice choose church circle city class clean
clear close cloud coast coat code cold color come common company complete contain control cook cool copy corner cost could
count country couple course cover create cross crowd cry cup current cut dance dark data date daughter day dead deal death
decide deep degree design desk detail did differ direct discover do doctor does dog dollar door double down draw dream
dress drink drive drop dry during each ear early earth ease east eat edge effect egg eight either else end enemy energy
engine enjoy enough enter equal even evening ever every exact example expect eye face fact fair fall family famous far
farm fast father favor fear feed feel feet felt few field fight figure fill final find fine finger finish fire first fish
fit five floor flow flower fly follow food foot for force forest form forward found four free fresh friend from front
fruit full fun game garden gas gave general get girl give glass go gold gone good got govern grand grass gray great green
grew ground group grow guess guide gun had hair half hand happen happy hard has hat have he head hear heart heat heavy
held help her here high hill him his history hit hold hole home hope horse hot hotel hour house how huge human hundred
hunt hurry ice idea if imagine in inch industry inside interest into iron island it job join joy jump just keep kept key
kill kind king knew know lady lake land language large last late laugh law lay lead learn least leave led left leg length
less let letter level lie life lift light like line liquid list listen little live local long look lost lot loud love low
machine made main major make man many map mark market mass master match matter may me mean measure meat meet melody men
metal method middle might mile milk million mind mine minute miss mix modern moment money month moon more morning most
mother motion mount mountain mouth move much music must my name nation nature near necessary neck need never new next
night nine no noise noon nor north nose note nothing notice now number object observe ocean of off offer office often oil
old on once one only open operate opposite or order other our out over own page paint pair paper parent part particular
party pass past path pattern pay people perhaps period person phrase pick picture piece place plain plan plane planet
plant play please point poor port pose position possible post pound power practice prepare present press pretty print
problem process produce product proper protect prove provide pull push put question quick quiet quite race radio rain
raise ran range rather reach read ready real reason receive record red region remember repeat reply report require rest
result rich ride right ring rise river road rock roll room root rope rose round row rule run safe said sail salt same sand
sat save saw say scale school science score sea search season seat second section see seed seem select self sell send
sense sentence separate serve set settle seven several shall shape share sharp she sheet shine ship shoe shop shore short
should shoulder shout show side sight sign silent silver similar simple since sing single sister sit six size skill skin
sky sleep slip slow small smell smile snow so soft soil soldier solution solve some son song soon sound source south space
speak special speech speed spell spend spoke spot spread spring square stand star start state station stay steam steel
step stick still stone stood stop store story straight strange stream street strong student study subject such sudden
sugar suggest suit summer sun supply support sure surface surprise swim system table tail take talk tall teach team tell
ten term test than thank that the their them then there these they thick thin thing think third this those though thought
thousand three through time tiny to today together told tone too took tool top total touch toward town track trade train
travel tree triangle trip trouble truck true try tube turn twenty two type under unit until up us use usual valley value
very view village visit voice vote wait walk wall want war warm was wash watch water wave way we wear weather week weight
well went were west what wheel when where whether which while white who whole whose why wide wife wild will win wind window
winter wire wish with woman wonder wood word work world would write written wrong yard year yellow yes yet you young your`.split(
    /\s+/,
  );
